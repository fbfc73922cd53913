import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../errors.js';
import { isFree } from '../ports/free-port.js';
import { portTaken } from '../ports/port-taken.js';
import type { ProcessRecord } from './process-record.js';

type Listener = Pick<ProcessRecord, 'name' | 'port' | 'run'>;

/** Fails with `PORT_TAKEN`, naming every port that somebody else has, before anything is started. */
export async function checkPorts(records: readonly Listener[]): Promise<void> {
  const taken = await Promise.all(records.map(takenPort));
  const errors = taken.filter((error) => error !== undefined);
  if (errors.length <= 1) {
    if (errors[0]) throw errors[0];
    return;
  }
  throw failure('PORT_TAKEN', errors.map(({ message }) => message).join('\n'), {
    hint: 'Stop those processes, or choose other ports in mscli.yaml.',
  });
}

/** The same of one process before each of its starts: who holds its port, if anybody does. */
export async function portFault(record: Listener): Promise<string | undefined> {
  return (await takenPort(record))?.message.replace(/\.$/, '');
}

async function takenPort({ name, port, run }: Listener): Promise<Error | undefined> {
  const isOurs = run.kind === 'node' || run.kind === 'shell';
  if (!isOurs || port === undefined || (await isFreeSoon(port))) return undefined;
  return portTaken(port, name);
}

/** Somebody else who looks whether the port is free holds it for a moment. */
async function isFreeSoon(port: number): Promise<boolean> {
  for (let attempt = 1; attempt < 4; attempt++) {
    if (await isFree(port)) return true;
    await sleep(40 * attempt);
  }
  return isFree(port);
}
