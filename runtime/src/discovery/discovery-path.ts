import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MscliError } from '../errors.js';

/**
 * The discovery file of a state URL.
 *
 * @param stateUrl - `file:` URL of the state folder, such as `file:///home/me/shop/.mscli`
 * @throws MscliError `INVALID_STATE_URL` for anything but a `file:` URL
 */
export function discoveryPath(stateUrl: string): string {
  return join(stateFolder(stateUrl), 'discovery.json');
}

function stateFolder(stateUrl: string): string {
  try {
    return fileURLToPath(stateUrl);
  } catch (cause) {
    throw new MscliError('INVALID_STATE_URL', `The state URL '${stateUrl}' does not name a folder.`, {
      hint: 'Set MSCLI_STATE_URL to a file: URL, such as file:///home/me/shop/.mscli.',
      cause,
    });
  }
}
