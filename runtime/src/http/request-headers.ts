import { randomUUID } from 'node:crypto';
import { childTraceparent, currentTrace } from '../telemetry/current-trace.js';
import type { CallOptions } from './types.js';

/** The headers of a call: its trace, its request id, its idempotency key; the caller's own headers win. */
export function requestHeaders(caller: string, options: CallOptions): Record<string, string> {
  const trace = currentTrace();
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': caller,
    traceparent: childTraceparent(),
    'x-request-id': trace?.requestId ?? randomUUID(),
  };
  if (trace?.tracestate !== undefined) headers.tracestate = trace.tracestate;
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}
