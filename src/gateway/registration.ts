import { type DiscoveryWriter, processStartTime } from '@mscli/runtime/discovery';

/**
 * Writes the gateway's own record, unless the supervisor has written one for this process already.
 * Returns what takes it out again.
 */
export async function registerSelf(
  discovery: DiscoveryWriter,
  self: { id: string; url: string; workerOf?: string | undefined; pid?: number; now?: () => Date },
): Promise<() => Promise<void>> {
  const { id, url, workerOf, pid = process.pid, now = () => new Date() } = self;
  const processStart = processStartTime(pid);
  await discovery.update((draft) => {
    if (draft.instances[id]?.registeredBy === 'supervisor' && draft.instances[id]?.pid === pid) return;
    draft.instances[id] = {
      id,
      service: 'gateway',
      url,
      pid,
      ...(processStart === undefined ? {} : { processStart }),
      ...(workerOf === undefined ? {} : { workerOf }),
      status: 'ready',
      startedAt: now().toISOString(),
      registeredBy: 'self',
    };
  });
  return async () => {
    await discovery.update((draft) => {
      const record = draft.instances[id];
      if (record?.registeredBy !== 'self' || record.pid !== pid) return;
      delete draft.instances[id];
      delete draft.breakers[id];
    });
  };
}
