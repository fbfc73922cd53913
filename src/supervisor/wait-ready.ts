import { setTimeout as sleep } from 'node:timers/promises';
import { type Control, connectControl } from '../control/client.js';
import type { ProcessStatus } from '../control/protocol.js';
import { failure } from '../errors.js';
import { selectProcesses } from './select-processes.js';

export interface WaitOptions {
  stateFolder: string;
  /** None means everything. */
  names: readonly string[];
  timeoutMs: number;
  signal: AbortSignal;
}

/** Resolves with the processes when all named ones, or all there are, are ready. Fails with `TIMEOUT`, `NOT_FOUND` or `NOT_RUNNING`. */
export async function waitReady({ stateFolder, names, timeoutMs, signal }: WaitOptions): Promise<ProcessStatus[]> {
  const control = await soonRunning(stateFolder, Math.min(timeoutMs, graceMs), signal);
  const deadline = performance.now() + timeoutMs;
  return waitUntil(control, names, ({ state }) => state === 'ready', { timeoutMs, deadline, signal });
}

/**
 * Restarts the named processes and resolves when they are ready again. Of a service's instances one goes only when the one before it
 * is back, so that the others serve meanwhile. Fails like {@link waitReady}.
 */
export async function restartAndWait({ stateFolder, names, timeoutMs, signal }: WaitOptions): Promise<ProcessStatus[]> {
  const control = running(stateFolder);
  const before = selectProcesses(await control.status(signal), names);
  const startedAt = new Map(before.map((process) => [process.name, process.startedAt]));
  const isNew = ({ name, state, startedAt: now }: ProcessStatus) => state === 'ready' && now !== startedAt.get(name);
  const deadline = performance.now() + timeoutMs;
  const inTurn = async (instances: readonly ProcessStatus[]) => {
    for (const { name } of instances) {
      await control.restart(name, signal);
      await waitUntil(control, [name], isNew, { timeoutMs, deadline, signal });
    }
  };
  await Promise.all([...byService(before).values()].map(inTurn));
  return waitUntil(control, names, isNew, { timeoutMs, deadline, signal });
}

function byService(processes: readonly ProcessStatus[]): Map<string, ProcessStatus[]> {
  const groups = new Map<string, ProcessStatus[]>();
  for (const process of processes) groups.set(process.service, [...(groups.get(process.service) ?? []), process]);
  return groups;
}

/** A script that starts `mscli up &` and waits at once must not fail for being quick. */
const graceMs = 5_000;

async function soonRunning(stateFolder: string, withinMs: number, signal: AbortSignal): Promise<Control> {
  const deadline = performance.now() + withinMs;
  while (!connectControl({ stateFolder }) && performance.now() < deadline) await sleep(50, undefined, { signal });
  return running(stateFolder);
}

function running(stateFolder: string): Control {
  const control = connectControl({ stateFolder });
  if (control) return control;
  throw failure('NOT_RUNNING', 'Nothing runs in this workspace.', { hint: 'Start it with `mscli up`.' });
}

async function waitUntil(
  control: Control,
  names: readonly string[],
  isThere: (process: ProcessStatus) => boolean,
  { timeoutMs, deadline, signal }: { timeoutMs: number; deadline: number; signal: AbortSignal },
): Promise<ProcessStatus[]> {
  for (;;) {
    const status = await control.status(signal);
    const processes = names.length === 0 ? status.processes : selectProcesses(status, names);
    const missing = processes.filter((process) => !isThere(process));
    // What has only just started answers before it has planned anything.
    if (missing.length === 0 && processes.length > 0) return processes;
    if (performance.now() >= deadline) throw timedOut(missing, timeoutMs);
    await sleep(50, undefined, { signal });
  }
}

function timedOut(missing: readonly ProcessStatus[], timeoutMs: number): Error {
  const reasons = missing.map(({ name, state, detail, lastCrash }) => {
    const why = detail ?? (lastCrash === undefined ? undefined : `last crash: ${lastCrash}`);
    return `${name} is ${state}${why === undefined ? '' : ` (${why})`}`;
  });
  return failure('TIMEOUT', `Not ready after ${timeoutMs / 1000} s: ${reasons.join('; ')}.`, {
    hint: `\`mscli logs ${missing[0]?.name ?? 'broker'}\` shows what it says.`,
  });
}
