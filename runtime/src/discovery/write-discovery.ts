import { open, rename, rm, writeFile } from 'node:fs/promises';
import { MscliError } from '../errors.js';
import { parseDiscovery } from './parse-discovery.js';
import type { Discovery } from './types.js';

/**
 * Puts a draft in the file's place, whole, with the next revision. Only who holds the lock may do that.
 *
 * @param scratch - a file name of the lock holder's own
 * @throws MscliError `INVALID_DISCOVERY` when the draft is invalid, `DISCOVERY_WRITE` when the disk refuses; the file is as it was
 */
export async function writeDiscovery(path: string, scratch: string, draft: Discovery): Promise<void> {
  draft.version = 1;
  draft.revision += 1;
  const text = `${JSON.stringify(draft, undefined, 2)}\n`;
  refuseInvalid(text);
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
  await keepCopy(lastWritten(path), scratch, text);
}

/** Where the copy of the last write is, from which a damaged file is repaired. */
export function lastWritten(path: string): string {
  return `${path}.last`;
}

/** Without a copy the write is just as good, so that its failure is nobody's. */
async function keepCopy(path: string, scratch: string, text: string): Promise<void> {
  try {
    await writeFile(scratch, text);
    await rename(scratch, path);
  } catch {
    await rm(scratch, { force: true });
  }
}

function refuseInvalid(text: string): void {
  const parsed = parseDiscovery(text);
  if (parsed.kind === 'readable' && parsed.faults.length === 0) return;
  const faults = parsed.kind === 'newer' ? [`version ${parsed.version}`] : parsed.faults;
  throw new MscliError('INVALID_DISCOVERY', `The change makes the discovery file invalid: ${faults.join(' ')}`);
}
