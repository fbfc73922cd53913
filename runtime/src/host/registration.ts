import { type Discovery, type DiscoveryFile, type Instance, isAlive, processStartTime } from '../discovery/index.js';

/** Who an instance is in the discovery file. */
export interface Registrant {
  readonly id: string;
  readonly service: string;
  readonly pid: number;
}

/**
 * Makes an instance known that nobody has registered, because it was started by hand. The supervisor's record of this
 * very process is left alone.
 */
export async function registerSelf(
  file: DiscoveryFile,
  registrant: Registrant,
  { url, status }: Pick<Instance, 'url' | 'status'>,
  now: Date,
): Promise<void> {
  const processStart = processStartTime(registrant.pid);
  const record: Instance = {
    ...registrant,
    url,
    ...(processStart !== undefined && { processStart }),
    status,
    startedAt: now.toISOString(),
    registeredBy: 'self',
  };
  // A restarted container has the pid, 1, and the id of the one before, which may have had no time to withdraw.
  const isKnown = ({ instances }: Readonly<Discovery>) => {
    const known = instances[record.id];
    return known?.pid === registrant.pid && isAlive(registrant.pid, known.processStart);
  };
  if (isKnown(file.snapshot)) return;
  await file.update((draft) => {
    if (!isKnown(draft)) draft.instances[record.id] = record;
  });
}

/** Says that requests may be sent to the instance, if it registered itself. */
export async function selfReady(file: DiscoveryFile, { id, pid }: Registrant): Promise<void> {
  if (file.snapshot.instances[id]?.registeredBy !== 'self') return;
  await file.update((draft) => {
    const instance = draft.instances[id];
    const mine = instance?.registeredBy === 'self' && instance.pid === pid;
    if (mine && instance.status === 'starting') instance.status = 'ready';
  });
}

/**
 * Says that the instance is stopping, so that nobody sends it new requests.
 *
 * @returns false when it has no record, so that nobody could have known it
 */
export async function announceStop(file: DiscoveryFile, { id, pid }: Registrant): Promise<boolean> {
  if (file.snapshot.instances[id]?.pid !== pid) return false;
  let known = false;
  await file.update((draft) => {
    const instance = draft.instances[id];
    if (instance?.pid !== pid) return;
    known = true;
    instance.status = 'stopping';
  });
  return known;
}

/** Removes the record that {@link registerSelf} wrote; the supervisor removes its own. */
export async function withdrawSelf(file: DiscoveryFile, { id, pid }: Registrant): Promise<void> {
  if (file.snapshot.instances[id]?.registeredBy !== 'self') return;
  await file.update((draft) => {
    const instance = draft.instances[id];
    if (instance?.registeredBy === 'self' && instance.pid === pid) delete draft.instances[id];
  });
}
