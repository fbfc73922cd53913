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
