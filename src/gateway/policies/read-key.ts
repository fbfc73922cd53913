import type { Exchange } from '../exchange.js';
import { valuesOf } from '../headers/raw-headers.js';

/** What tells one client's requests from another's; undefined where a request does not say. */
export type KeyReader = (exchange: Exchange) => string | undefined;

/** The reader of a setting such as `ip`, `header:x-api-key`, `cookie:session` or `claim:sub`. */
export function keyReader(setting: string): KeyReader {
  const colon = setting.indexOf(':');
  const kind = colon === -1 ? setting : setting.slice(0, colon);
  const name = setting.slice(colon + 1);
  switch (kind) {
    case 'header':
      return headerReader(name.toLowerCase());
    case 'cookie':
      return ({ headers }) => cookieOf(valuesOf(headers, 'cookie'), name);
    case 'claim':
      return ({ claims }) => textOf(claims?.[name]);
    default:
      return ({ peer }) => networkOf(peer.address);
  }
}

function headerReader(name: string): KeyReader {
  return ({ headers }) => {
    const values = valuesOf(headers, name);
    return values.length === 0 ? undefined : values.join(', ');
  };
}

function cookieOf(fields: readonly string[], name: string): string | undefined {
  for (const field of fields) {
    for (const pair of field.split(';')) {
      const equals = pair.indexOf('=');
      if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' || typeof claim === 'number' ? String(claim) : undefined;
}

/** An IPv4 address, or the /64 of an IPv6 one: whoever has one address there has all of them (RFC 6177). */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':').toLowerCase()}::/64`;
}
