const names = `
  Accept Accept-Encoding Accept-Language Accept-Ranges Age Authorization Cache-Control Content-Disposition Content-Encoding
  Content-Language Content-Range Content-Security-Policy Content-Type Cookie Date DNT ETag Expires Idempotency-Key If-Match
  If-Modified-Since If-None-Match Last-Modified Location Origin Pragma Priority Range Referer Referrer-Policy Retry-After
  Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Server Set-Cookie
  Strict-Transport-Security Upgrade-Insecure-Requests User-Agent Vary X-Content-Type-Options X-Frame-Options X-Powered-By`;

/**
 * Names of fields that mean nothing to a gateway, as clients and services mostly spell them. Nearly every field has one of them, and
 * one look-up is all that it takes then.
 */
export const ordinaryNames: ReadonlySet<string> = new Set(
  names.match(/\S+/g)?.flatMap((name) => [name, name.toLowerCase()]),
);
