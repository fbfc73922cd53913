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

/** The trailers that may go on, as pairs for `addTrailers`. */
export function forwardableTrailers(trailers: RawHeaders): [string, string][] {
  const kept = keepFields(trailers, (name) => !neverTrailers.has(name) && !isForgeable(name));
  return kept.flatMap((name, i) => (i % 2 === 0 ? [[name, kept[i + 1] ?? ''] as [string, string]] : []));
}
