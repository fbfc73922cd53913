import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../errors.js';
import { isFree } from '../ports/free-port.js';
import { portTaken } from '../ports/port-taken.js';
import type { ProcessRecord } from './process-record.js';

type Listener = Pick<ProcessRecord, 'name' | 'port' | 'morePorts' | 'run'>;

interface WantedPort {
  port: number;
  wantedBy: string;
}

/**
 * Fails with `PORT_TAKEN`, naming every port that somebody else has, before anything is started. What `running` listens on
 * is not looked at: it is ours.
 */
export async function checkPorts(records: readonly Listener[], running: readonly Listener[] = []): Promise<void> {
  const held = new Set(running.flatMap(portsOf).map(({ port }) => port));
  const wanted = records.flatMap(portsOf).filter(({ port }) => !held.has(port));
  const taken = await Promise.all(wanted.map(takenPort));
  const errors = taken.filter((error) => error !== undefined);
  if (errors.length <= 1) {
    if (errors[0]) throw errors[0];
    return;
  }
  throw failure('PORT_TAKEN', errors.map(({ message }) => message).join('\n'), {
    hint: 'Stop those processes, or choose other ports in mscli.yaml.',
  });
}

/** The same of one process before each of its starts: who holds a port of it, if anybody does. */
export async function portFault(record: Listener): Promise<string | undefined> {
  const taken = await Promise.all(portsOf(record).map(takenPort));
  return taken.find((error) => error !== undefined)?.message.replace(/\.$/, '');
}

/** Those that a process of ours listens on. */
function portsOf({ name, port, morePorts = [], run }: Listener): WantedPort[] {
  const isOurs = run.kind === 'node' || run.kind === 'shell';
  if (!isOurs) return [];
  return [...(port === undefined ? [] : [{ port, wantedBy: name }]), ...morePorts];
}

async function takenPort({ port, wantedBy }: WantedPort): Promise<Error | undefined> {
  return (await isFreeSoon(port)) ? undefined : portTaken(port, wantedBy);
}

/** Somebody else who looks whether the port is free holds it for a moment. */
async function isFreeSoon(port: number): Promise<boolean> {
  for (let attempt = 1; attempt < 4; attempt++) {
    if (await isFree(port)) return true;
    await sleep(40 * attempt);
  }
  return isFree(port);
}
