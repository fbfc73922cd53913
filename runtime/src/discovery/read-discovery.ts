import { MscliError } from '../errors.js';
import { emptyDiscovery, freeze } from './freeze.js';
import { withLock } from './lock.js';
import type { ParsedDiscovery } from './parse-discovery.js';
import { parseFile } from './parse-file.js';
import { repairDiscovery } from './repair-discovery.js';
import { withResolveCache } from './resolve.js';
import type { Discovery, DiscoveryOptions } from './types.js';

/**
 * Reads a discovery file once. A missing file is an empty one. A corrupt file is moved aside to
 * `discovery.json.corrupt-<time>`, and what was last written takes its place; `onCorrupt` hears of it.
 *
 * @throws MscliError `DISCOVERY_VERSION` for a file of a newer mscli, which is left untouched
 */
export async function readDiscovery(path: string, options: DiscoveryOptions = {}): Promise<Readonly<Discovery>> {
  const parsed = await parseFile(path);
  if (parsed?.kind !== 'corrupt') return toSnapshot(contentOf(path, parsed, options));
  const { lockTimeoutMs = 10_000, signal } = options;
  const lock = { timeoutMs: lockTimeoutMs, signal };
  return toSnapshot(await withLock(`${path}.lock`, lock, (scratch) => readLocked(path, scratch, options)));
}

/**
 * Reads a discovery file inside the lock.
 *
 * @param scratch - a file name of the lock holder's own
 */
export async function readLocked(path: string, scratch: string, options: DiscoveryOptions): Promise<Discovery> {
  const parsed = await parseFile(path);
  if (parsed?.kind === 'corrupt') return repairDiscovery(path, scratch, parsed.faults, options);
  return contentOf(path, parsed, options);
}

/** Makes the frozen snapshot that readers share. */
export function toSnapshot(discovery: Discovery): Readonly<Discovery> {
  return freeze(withResolveCache(discovery));
}

function contentOf(
  path: string,
  parsed: Exclude<ParsedDiscovery, { kind: 'corrupt' }> | undefined,
  { onCorrupt }: DiscoveryOptions,
): Discovery {
  if (parsed === undefined) return emptyDiscovery();
  if (parsed.kind === 'newer') {
    throw new MscliError('DISCOVERY_VERSION', `The discovery file ${path} has version ${parsed.version}, not 1.`, {
      hint: 'It belongs to a newer mscli: update this one.',
    });
  }
  if (parsed.faults.length > 0) onCorrupt?.({ path, faults: parsed.faults });
  return parsed.discovery;
}
