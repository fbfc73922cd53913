import type { JSONWebKeySet } from 'jose';
import type { FetchKeys } from './key-set.js';

const MOST_BYTES = 256 * 1024;

/**
 * Fetches a JSON Web Key Set (RFC 7517 §5) from a URL, or from an instance of a service that `locate` finds.
 *
 * @param place a URL, or a service and a path such as `auth-service/.well-known/jwks.json`
 */
export function keysFrom(place: string, locate: (service: string) => string | undefined): FetchKeys {
  return async (signal) => {
    const url = urlOf(place, locate);
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url} answered ${response.status}`);
    }
    return keySetOf(await bounded(response), url);
  };
}

function urlOf(place: string, locate: (service: string) => string | undefined): string {
  if (/^https?:\/\//.test(place)) return place;
  const slash = place.indexOf('/');
  const service = place.slice(0, slash);
  const origin = locate(service);
  if (origin === undefined) throw new Error(`no instance of ${service} is ready to give its keys`);
  return new URL(place.slice(slash), origin).href;
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) throw new Error(`${response.url} gave more than ${MOST_BYTES} bytes`);
  }
  return text + decoder.decode();
}

function keySetOf(text: string, url: string): JSONWebKeySet {
  const found = JSON.parse(text) as { keys?: unknown };
  const keys: unknown = found?.keys;
  const isSet = Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null && 'kty' in key);
  if (!isSet) throw new Error(`${url} did not give a JSON Web Key Set`);
  return { keys: keys as JSONWebKeySet['keys'] };
}
