/**
 * Names of fields that mean nothing to a gateway, as clients and services mostly spell them. Nearly every field has one of them, and
 * one look-up is all that it takes then.
 */
export const ordinaryNames: ReadonlySet<string> = new Set([
  ...spellings([
    'Accept',
    'Accept-Encoding',
    'Accept-Language',
    'Accept-Ranges',
    'Age',
    'Authorization',
    'Cache-Control',
  ]),
  ...spellings([
    'Content-Disposition',
    'Content-Encoding',
    'Content-Language',
    'Content-Type',
    'Cookie',
    'ETag',
    'Expires',
  ]),
  ...spellings([
    'Idempotency-Key',
    'If-Match',
    'If-Modified-Since',
    'If-None-Match',
    'Last-Modified',
    'Location',
    'Origin',
  ]),
  ...spellings(['Pragma', 'Priority', 'Range', 'Content-Range', 'Referer', 'Referrer-Policy', 'Retry-After', 'Server']),
  ...spellings([
    'Set-Cookie',
    'User-Agent',
    'Vary',
    'X-Powered-By',
    'Strict-Transport-Security',
    'Content-Security-Policy',
  ]),
  ...spellings(['X-Content-Type-Options', 'X-Frame-Options', 'Upgrade-Insecure-Requests', 'DNT', 'Sec-CH-UA']),
  ...spellings([
    'Sec-CH-UA-Mobile',
    'Sec-CH-UA-Platform',
    'Sec-Fetch-Dest',
    'Sec-Fetch-Mode',
    'Sec-Fetch-Site',
    'Sec-Fetch-User',
  ]),
]);

function spellings(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name.toLowerCase()]);
}
