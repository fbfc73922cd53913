import { copyFile, rename } from 'node:fs/promises';
import { emptyDiscovery } from './freeze.js';
import { parseFile } from './parse-file.js';
import type { Discovery, DiscoveryOptions } from './types.js';
import { lastWritten, writeDiscovery } from './write-discovery.js';

/**
 * Sets a corrupt file aside and puts the copy of the last write in its place, so that a running system goes on. Only who holds
 * the lock may do that: nobody else can know that the file was not replaced meanwhile.
 *
 * @param scratch - a file name of the lock holder's own
 * @returns the content from then on; the empty one where there is no good copy
 */
export async function repairDiscovery(
  path: string,
  scratch: string,
  faults: readonly string[],
  { onCorrupt, now = Date.now }: DiscoveryOptions,
): Promise<Discovery> {
  const movedTo = `${path}.corrupt-${new Date(now()).toISOString().replaceAll(':', '-')}`;
  const copy = await parseFile(lastWritten(path)).catch(() => undefined);
  if (copy?.kind !== 'readable') {
    await rename(path, movedTo);
    onCorrupt?.({ path, faults, movedTo });
    return emptyDiscovery();
  }
  // Not moved: whoever reads without the lock would find no file, and take that for an empty one.
  await copyFile(path, movedTo);
  const restored = copy.discovery;
  await writeDiscovery(path, scratch, restored);
  onCorrupt?.({ path, faults, movedTo, restoredRevision: restored.revision });
  return restored;
}
