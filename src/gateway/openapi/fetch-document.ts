import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { Agent, request as requestSecurely } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { Json } from './merge/json.js';

const MOST_BYTES = 4 * 1024 * 1024;

/** Fetches what a service says of itself. The reasons of its errors are for everybody: they name no inner address. */
export async function fetchDocument(
  url: URL,
  { signal, authorities }: { signal: AbortSignal; authorities: SecureContext },
): Promise<Json> {
  const answer = await ask(url, authorities, signal).catch(() => {
    throw new Error(signal.aborted ? 'it did not answer in time' : 'it could not be reached');
  });
  const { statusCode: status = 0 } = answer;
  if (status !== 200) {
    answer.destroy();
    throw new Error(status === 404 ? 'it has no document' : `it answered ${status}`);
  }
  const text = await bounded(answer, signal);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its document is not JSON');
  }
}

/** No redirect is followed. */
async function ask(url: URL, secureContext: SecureContext, signal: AbortSignal): Promise<IncomingMessage> {
  const options = { signal, headers: { accept: 'application/json' } };
  const asked =
    url.protocol === 'https:'
      ? requestSecurely(url, { ...options, agent: new Agent({ secureContext }) })
      : requestPlainly(url, { ...options, agent: false });
  asked.end();
  const [answer] = await once(asked, 'response');
  // Such as an abort while nobody reads.
  asked.on('error', () => {});
  return answer;
}

async function bounded(answer: IncomingMessage, signal: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer) {
      parts.push(part);
      length += part.length;
      if (length > MOST_BYTES) break;
    }
  } catch {
    throw new Error(signal.aborted ? 'it did not answer in time' : 'its document broke off');
  }
  if (length > MOST_BYTES) throw new Error(`its document has more than ${MOST_BYTES / 1024 ** 2} MB`);
  return Buffer.concat(parts).toString('utf8');
}
