import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MscliError } from '../errors.js';
import type { ServiceEnvironment } from './environment.js';

/**
 * Where the broker is: MSCLI_BROKER_URL, or what `mscli up` chose for this workspace.
 *
 * @throws {MscliError} `NO_BROKER` when neither is known
 */
export async function brokerUrl({ brokerUrl, stateUrl }: ServiceEnvironment): Promise<string> {
  if (brokerUrl) return brokerUrl;
  const file = join(fileURLToPath(stateUrl), 'broker.json');
  try {
    const { url } = JSON.parse(await readFile(file, 'utf8')) as { url?: unknown };
    if (typeof url === 'string') return url;
    throw new TypeError(`${file} has no url.`);
  } catch (cause) {
    throw new MscliError('NO_BROKER', `MSCLI_BROKER_URL is not set, and ${file} does not name a broker.`, {
      hint: 'Start the workspace with mscli up, or set MSCLI_BROKER_URL to an amqp:// URL.',
      cause,
    });
  }
}
