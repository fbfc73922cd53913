import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withLock } from './lock.js';
import { pruneExpired } from './overrides.js';
import { readLocked, toSnapshot } from './read-discovery.js';
import type { Discovery, DiscoveryOptions } from './types.js';
import { writeDiscovery } from './write-discovery.js';

/**
 * Changes a discovery file once: lock, read, change, write a new file, fsync, rename, unlock. Nobody ever sees half a file, and
 * no other writer's change is lost. Overrides that have expired are removed on the way. A change that leaves everything
 * as it was is not written.
 *
 * @param change - changes the draft; if it throws, the file stays as it is
 * @returns the content after the change
 * @throws MscliError `TIMEOUT` when the file stays locked, `DISCOVERY_VERSION` for a file of a newer mscli,
 * `INVALID_DISCOVERY` when the change makes the content invalid, `DISCOVERY_WRITE` when the disk refuses
 */
export async function updateDiscovery(
  path: string,
  change: (draft: Discovery) => void,
  options: DiscoveryOptions = {},
): Promise<Readonly<Discovery>> {
  const { lockTimeoutMs = 10_000, signal, now = Date.now } = options;
  await mkdir(dirname(path), { recursive: true });
  return withLock(`${path}.lock`, { timeoutMs: lockTimeoutMs, signal }, async (scratch) => {
    const draft = await readLocked(path, scratch, options);
    const before = JSON.stringify(draft);
    pruneExpired(draft, now());
    change(draft);
    if (JSON.stringify(draft) !== before) await writeDiscovery(path, scratch, draft);
    return toSnapshot(draft);
  });
}
