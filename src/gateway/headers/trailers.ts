import { isForgeable } from './forgeable.js';
import { alwaysHopByHop } from './hop-by-hop.js';
import { keepFields, type RawHeaders } from './raw-headers.js';

/** Fields that must not come late (RFC 9110 §6.5.1): those of the connection, framing, routing, authentication, and what the gateway decided on already. */
const neverTrailers: ReadonlySet<string> = new Set([
  ...alwaysHopByHop,
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'idempotency-key',
  'max-forwards',
  'set-cookie',
  'traceparent',
  'tracestate',
  'trailer',
  'via',
]);

/** The trailers that may go on. */
export function forwardableTrailers(trailers: RawHeaders): string[] {
  if (trailers.length === 0) return [];
  return keepFields(trailers, (name) => !neverTrailers.has(name) && !isForgeable(name));
}
