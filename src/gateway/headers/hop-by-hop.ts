import { listMembers, type RawHeaders } from './raw-headers.js';

/** Fields that mean this connection only (RFC 9110 §7.6.1), with those that speak to a proxy (§11.7) and to HTTP/2 upgrades. */
export const alwaysHopByHop: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
]);

/** The lower-case names of this message's hop-by-hop fields, with those that its Connection field lists. */
export function hopByHopNames(headers: RawHeaders): ReadonlySet<string> {
  const listed = listMembers(headers, 'connection');
  if (listed.every((option) => option === 'close' || option === 'keep-alive')) return alwaysHopByHop;
  return new Set([...alwaysHopByHop, ...listed.filter((option) => option !== 'close')]);
}
