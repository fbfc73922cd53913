import { isForgeable } from './forwarded.js';
import { keepFields, type RawHeaders } from './raw-headers.js';

/** Fields that must not come late (RFC 9110 §6.5.1): framing, routing, authentication, and what the gateway decided on already. */
const neverTrailers: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** The trailers that may go on. */
export function forwardableTrailers(trailers: RawHeaders): string[] {
  if (trailers.length === 0) return [];
  return keepFields(trailers, (name) => !neverTrailers.has(name) && !isForgeable(name));
}
