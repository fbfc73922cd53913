import { readFile, rename } from 'node:fs/promises';
import { MscliError } from '../errors.js';
import { emptyDiscovery, freeze } from './freeze.js';
import { withLock } from './lock.js';
import { type ParsedDiscovery, parseDiscovery } from './parse-discovery.js';
import { withResolveCache } from './resolve.js';
import type { Discovery, DiscoveryOptions } from './types.js';

/**
 * Reads a discovery file once. A missing file is an empty one. A corrupt file is moved aside to
 * `discovery.json.corrupt-<time>` and taken for an empty one; `onCorrupt` hears of it.
 *
 * @throws MscliError `DISCOVERY_VERSION` for a file of a newer mscli, which is left untouched
 */
export async function readDiscovery(path: string, options: DiscoveryOptions = {}): Promise<Readonly<Discovery>> {
  const first = await read(path);
  const parsed = first?.kind === 'corrupt' ? await readLocked(path, options) : first;
  return toSnapshot(contentOf(path, parsed, options));
}

/** Reads inside the lock: a corrupt file may be moved aside only by who knows that it was not replaced meanwhile. */
export async function readForUpdate(path: string, options: DiscoveryOptions): Promise<Discovery> {
  const parsed = await read(path);
  if (parsed?.kind === 'corrupt') {
    await moveAside(path, parsed.faults, options);
    return emptyDiscovery();
  }
  return contentOf(path, parsed, options);
}

/** Makes the frozen snapshot that readers share. */
export function toSnapshot(discovery: Discovery): Readonly<Discovery> {
  return freeze(withResolveCache(discovery));
}

async function read(path: string): Promise<ParsedDiscovery | undefined> {
  try {
    return parseDiscovery(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new MscliError('DISCOVERY_UNREADABLE', `The discovery file ${path} cannot be read.`, { cause: error });
  }
}

async function readLocked(path: string, options: DiscoveryOptions): Promise<ParsedDiscovery | undefined> {
  const { lockTimeoutMs = 10_000, signal } = options;
  return withLock(`${path}.lock`, { timeoutMs: lockTimeoutMs, signal }, async () => {
    const parsed = await read(path);
    if (parsed?.kind !== 'corrupt') return parsed;
    await moveAside(path, parsed.faults, options);
    return undefined;
  });
}

async function moveAside(
  path: string,
  faults: readonly string[],
  { onCorrupt, now = Date.now }: DiscoveryOptions,
): Promise<void> {
  const movedTo = `${path}.corrupt-${new Date(now()).toISOString().replaceAll(':', '-')}`;
  await rename(path, movedTo);
  onCorrupt?.({ path, faults, movedTo });
}

function contentOf(path: string, parsed: ParsedDiscovery | undefined, { onCorrupt }: DiscoveryOptions): Discovery {
  if (parsed === undefined) return emptyDiscovery();
  switch (parsed.kind) {
    case 'readable':
      if (parsed.faults.length > 0) onCorrupt?.({ path, faults: parsed.faults });
      return parsed.discovery;
    case 'newer':
      throw new MscliError('DISCOVERY_VERSION', `The discovery file ${path} has version ${parsed.version}, not 1.`, {
        hint: 'It belongs to a newer mscli: update this one.',
      });
    case 'corrupt':
      return emptyDiscovery();
    default:
      return parsed satisfies never;
  }
}
