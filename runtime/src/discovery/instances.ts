import { isAlive, processStartTime } from './process-liveness.js';
import type { Discovery, DiscoveryWriter, Instance, InstanceStatus } from './types.js';

/**
 * Writes an instance's record, in place of an earlier one with the same id. Where the record has a pid,
 * `processStart` is filled in, so that another process with a reused pid is never taken for it.
 *
 * @throws MscliError `TIMEOUT` when the file stays locked
 */
export async function register(file: DiscoveryWriter, instance: Instance): Promise<void> {
  const start = instance.pid === undefined ? undefined : processStartTime(instance.pid);
  const record: Instance = start === undefined ? { ...instance } : { processStart: start, ...instance };
  await file.update((draft) => {
    draft.instances[record.id] = record;
  });
}

/**
 * Removes an instance's record and its breakers' reports. Without a record it does nothing.
 *
 * @throws MscliError `TIMEOUT` when the file stays locked
 */
export async function withdraw(file: DiscoveryWriter, instanceId: string): Promise<void> {
  await file.update((draft) => {
    delete draft.instances[instanceId];
    delete draft.breakers[instanceId];
  });
}

/**
 * Changes an instance's status. Without a record it does nothing.
 *
 * @throws MscliError `TIMEOUT` when the file stays locked
 */
export async function setStatus(file: DiscoveryWriter, instanceId: string, status: InstanceStatus): Promise<void> {
  await file.update((draft) => {
    const instance = draft.instances[instanceId];
    if (instance !== undefined) instance.status = status;
  });
}

/**
 * Removes the records and reports of instances whose process is gone, inside an `update`: cleaning up after killed processes.
 *
 * @returns the ids that were removed
 */
export function pruneDead(draft: Discovery, alive: (pid: number, start?: string) => boolean = isAlive): string[] {
  const dead = Object.values(draft.instances).filter(
    ({ pid, processStart }) => pid !== undefined && !alive(pid, processStart),
  );
  for (const { id } of dead) {
    delete draft.instances[id];
    delete draft.breakers[id];
  }
  return dead.map(({ id }) => id);
}
