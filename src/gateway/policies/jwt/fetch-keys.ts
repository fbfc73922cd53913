import type { SecureContext } from 'node:tls';
import type { JSONWebKeySet } from 'jose';
import { get, textOf } from '../../upstream/get.js';
import type { FetchKeys } from './key-set.js';

const MOST_BYTES = 256 * 1024;

/** Where services are, and whom those with https URLs must be vouched for by. */
export interface Directory {
  locate(service: string): string | undefined;
  readonly authorities: SecureContext;
}

/**
 * Fetches a JSON Web Key Set (RFC 7517 §5) from a URL, or from an instance of a service.
 *
 * @param place a URL, or a service and a path such as `auth-service/.well-known/jwks.json`
 */
export function keysFrom(place: string, directory: Directory): FetchKeys {
  const { authorities } = directory;
  return async (signal) => {
    const url = urlOf(place, directory);
    const answer = await get(new URL(url), { signal, authorities });
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw new Error(`${url} answered ${answer.statusCode}`);
    }
    const text = await textOf(answer, MOST_BYTES);
    if (text === undefined) throw new Error(`${url} gave more than ${MOST_BYTES} bytes`);
    return keySetOf(text, url);
  };
}

function urlOf(place: string, directory: Directory): string {
  if (/^https?:\/\//.test(place)) return place;
  const slash = place.indexOf('/');
  const service = place.slice(0, slash);
  const origin = directory.locate(service);
  if (origin === undefined) throw new Error(`no instance of ${service} is ready to give its keys`);
  return new URL(place.slice(slash), origin).href;
}

function keySetOf(text: string, url: string): JSONWebKeySet {
  const found = JSON.parse(text) as { keys?: unknown };
  const keys: unknown = found?.keys;
  const isSet = Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null && 'kty' in key);
  if (!isSet) throw new Error(`${url} did not give a JSON Web Key Set`);
  return { keys: keys as JSONWebKeySet['keys'] };
}
