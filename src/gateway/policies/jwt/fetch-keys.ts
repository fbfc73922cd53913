import type { JSONWebKeySet } from 'jose';
import type { Authorities } from '../../upstream/trusted-authorities.js';
import type { FetchKeys } from './key-set.js';

const MOST_BYTES = 256 * 1024;

/** Where services are, and whom those with https URLs must be vouched for by. */
export interface Directory {
  locate(service: string): string | undefined;
  readonly authorities: Authorities;
}

/**
 * Fetches a JSON Web Key Set (RFC 7517 §5) from a URL, or from an instance of a service.
 *
 * @param place a URL, or a service and a path such as `auth-service/.well-known/jwks.json`
 */
export function keysFrom(place: string, directory: Directory): FetchKeys {
  return async (signal) => {
    const url = urlOf(place, directory);
    const text = await textAt(url, { signal, authorities: directory.authorities }).catch((cause: Error) => {
      throw signal.aborted ? new Error(`${url} did not give its keys in time`) : cause;
    });
    return keySetOf(text, url);
  };
}

async function textAt(url: string, options: { signal: AbortSignal; authorities: Authorities }): Promise<string> {
  // Few gateways need node:https.
  const { get, textOf } = await import('../../upstream/get.js');
  const answer = await get(new URL(url), options);
  const { statusCode: status = 0 } = answer;
  if (status < 200 || status > 299) {
    answer.destroy();
    throw new Error(`${url} answered ${status}`);
  }
  const text = await textOf(answer, MOST_BYTES);
  if (text === undefined) throw new Error(`${url} gave more than ${MOST_BYTES} bytes`);
  return text;
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
