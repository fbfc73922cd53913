/** What the gateway itself saw of the client. */
export interface ClientFacts {
  /** The peer's address as the socket gives it. */
  address: string;
  protocol: 'http' | 'https';
  /** The Host field, or undefined from an HTTP/1.0 client without one. */
  host: string | undefined;
}

/** Names that services take for the gateway's word; a client's own are dropped, also when spelt with underscores, as CGI and WSGI read them. */
export function isForgeable(name: string): boolean {
  if (!name.includes('_')) return isClaim(name);
  const spelt = name.replaceAll('_', '-');
  return isClaim(spelt) || framing.has(spelt);
}

function isClaim(name: string): boolean {
  return name.startsWith('x-forwarded-') || name.startsWith('x-jwt-') || clientClaims.has(name);
}

/** What the gateway has decided on; spelt with underscores it would be read once more by CGI and WSGI. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host', 'connection']);

const clientClaims: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded',
  'x-request-id',
  'x-mirrored-by',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-rewrite-url',
  'x-http-host-override',
  'x-host',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
]);

/** `Forwarded` (RFC 7239) and its older spellings, from what the gateway saw: field lines. */
export function forwardedLines(client: ClientFacts, strippedPrefix: string | undefined): string {
  const { host, protocol } = client;
  const address = plainAddress(client.address);
  const node = address.includes(':') ? `"[${address}]"` : address;
  let lines = `X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: ${protocol}\r\n`;
  if (host !== undefined) lines += `X-Forwarded-Host: ${host}\r\n`;
  if (strippedPrefix !== undefined) lines += `X-Forwarded-Prefix: ${percentEncoded(strippedPrefix)}\r\n`;
  return `Forwarded: for=${node};${host === undefined ? '' : `host="${host}";`}proto=${protocol}\r\n${lines}`;
}

/** Without the zone of an IPv6 address, and IPv4 as such. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** A route's path is anybody's text; as latin1, some letters beyond ASCII would be line ends. */
function percentEncoded(path: string): string {
  return path.replace(/[^!-~]+/g, (text) => Buffer.from(text).toString('latin1').replace(/./gs, hexOf));
}

function hexOf(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
