import type { IncomingMessage } from 'node:http';
import { get, textOf } from '../upstream/get.js';
import type { Authorities } from '../upstream/trusted-authorities.js';
import type { Json } from './merge/json.js';

const MOST_BYTES = 4 * 1024 * 1024;

/** Fetches what a service says of itself. The reasons of its errors are for everybody: they name no inner address. */
export async function fetchDocument(
  url: URL,
  options: { signal: AbortSignal; authorities: Authorities },
): Promise<Json> {
  const { signal } = options;
  const answer = await get(url, options).catch(() => {
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

async function bounded(answer: IncomingMessage, signal: AbortSignal): Promise<string> {
  const text = await textOf(answer, MOST_BYTES).catch(() => {
    throw new Error(signal.aborted ? 'it did not answer in time' : 'its document broke off');
  });
  if (text === undefined) throw new Error(`its document has more than ${MOST_BYTES / 1024 ** 2} MB`);
  return text;
}
