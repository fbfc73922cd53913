import type { RawHeaders } from '../../headers/raw-headers.js';
import { isBlank, tokenCodes, valueCodes } from '../../http1/characters.js';
import { type Refusal, refuse } from '../../http1/refusal.js';

/** The fields of a request of HTTP/2, told apart. */
export interface RequestFields {
  kind: 'fields';
  /** `:method` and the like by their names; each stands there once at most. */
  pseudo: ReadonlyMap<string, string>;
  /** As HTTP/1.1 would have them: one Cookie, name, value, name, value. */
  fields: string[];
}

const known: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path']);

/** They belong to a connection of HTTP/1.1 (RFC 9113 §8.2.2); passed on, they would frame another message. */
const forbidden: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Reads fields by the rules of RFC 9113 §8.2 and §8.3, whatever the library below has looked at already. */
export function requestFields(raw: RawHeaders): RequestFields | Refusal {
  const pseudo = new Map<string, string>();
  const fields: string[] = [];
  let cookie = -1;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] as string, raw[i + 1] as string];
    if (!isValue(value)) return refuse(400, 'The value of a header field holds a character that it must not hold.');
    if (name.startsWith(':')) {
      if (!known.has(name)) return refuse(400, 'The request has an unknown pseudo-header field.');
      if (fields.length > 0) return refuse(400, 'A pseudo-header field stands behind a header field.');
      if (pseudo.has(name)) return refuse(400, 'A pseudo-header field stands there twice.');
      pseudo.set(name, value);
      continue;
    }
    if (!isName(name)) return refuse(400, 'The name of a header field holds a character that it must not hold.');
    if (forbidden.has(name)) return refuse(400, 'A header field belongs to connections of HTTP/1.1.');
    if (name === 'te' && value.toLowerCase() !== 'trailers') return refuse(400, 'TE names more than trailers.');
    if (name === 'cookie' && cookie !== -1) fields[cookie] += `; ${value}`;
    else {
      if (name === 'cookie') cookie = fields.length + 1;
      fields.push(name, value);
    }
  }
  return { kind: 'fields', pseudo, fields };
}

function isName(name: string): boolean {
  if (name === '') return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (tokenCodes[code] !== 1 || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}

function isValue(value: string): boolean {
  if (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1))) return false;
  for (let i = 0; i < value.length; i++) if (valueCodes[value.charCodeAt(i)] !== 1) return false;
  return true;
}
