import type { Json } from './merge/json.js';

const MOST_BYTES = 4 * 1024 * 1024;

/** Fetches what a service says of itself. The reasons of its errors are for everybody: they name no inner address. */
export async function fetchDocument(url: URL, signal: AbortSignal): Promise<Json> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } }).catch(
    () => {
      throw new Error(signal.aborted ? 'it did not answer in time' : 'it could not be reached');
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(response.status === 404 ? 'it has no document' : `it answered ${response.status}`);
  }
  const text = await bounded(response, signal);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its document is not JSON');
  }
}

async function bounded(response: Response, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > MOST_BYTES) break;
    }
  } catch {
    throw new Error(signal.aborted ? 'it did not answer in time' : 'its document broke off');
  }
  if (text.length > MOST_BYTES) throw new Error(`its document has more than ${MOST_BYTES / 1024 ** 2} MB`);
  return text + decoder.decode();
}
