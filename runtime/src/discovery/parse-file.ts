import { readFile } from 'node:fs/promises';
import { MscliError } from '../errors.js';
import { type ParsedDiscovery, parseDiscovery } from './parse-discovery.js';

/**
 * Reads and parses a discovery file.
 *
 * @returns undefined when there is none
 * @throws MscliError `DISCOVERY_UNREADABLE` when the system does not let it be read
 */
export async function parseFile(path: string): Promise<ParsedDiscovery | undefined> {
  try {
    return parseDiscovery(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new MscliError('DISCOVERY_UNREADABLE', `The discovery file ${path} cannot be read.`, { cause: error });
  }
}
