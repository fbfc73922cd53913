import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MscliError } from '../errors.js';
import { withLock } from './lock.js';
import { pruneExpired } from './overrides.js';
import { parseDiscovery } from './parse-discovery.js';
import { readForUpdate, toSnapshot } from './read-discovery.js';
import type { Discovery, DiscoveryOptions } from './types.js';

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
    const draft = await readForUpdate(path, options);
    const before = JSON.stringify(draft);
    pruneExpired(draft, now());
    change(draft);
    const isChanged = JSON.stringify(draft) !== before;
    if (isChanged) await replace(path, scratch, next(draft));
    return toSnapshot(draft);
  });
}

function next(draft: Discovery): string {
  draft.version = 1;
  draft.revision += 1;
  const text = `${JSON.stringify(draft, undefined, 2)}\n`;
  const parsed = parseDiscovery(text);
  if (parsed.kind !== 'readable' || parsed.faults.length > 0) {
    const faults = parsed.kind === 'newer' ? [`version ${parsed.version}`] : parsed.faults;
    throw new MscliError('INVALID_DISCOVERY', `The change makes the discovery file invalid: ${faults.join(' ')}`);
  }
  return text;
}

async function replace(path: string, scratch: string, text: string): Promise<void> {
  try {
    await using file = await open(scratch, 'w');
    await file.writeFile(text);
    await file.sync();
    await rename(scratch, path);
  } catch (cause) {
    await rm(scratch, { force: true });
    throw new MscliError('DISCOVERY_WRITE', `The discovery file ${path} cannot be written; it is unchanged.`, {
      hint: 'Look whether the disk is full and the folder writable.',
      cause,
    });
  }
}
