import { type RawHeaders, valuesOf } from './raw-headers.js';

/** Whether a request may be made twice: by its method (RFC 9110 §9.2.2), or because the client says how to tell it is the same. */
export function isIdempotent({ method, headers }: { method: string; headers: RawHeaders }): boolean {
  return idempotentMethods.has(method) || valuesOf(headers, 'idempotency-key').length > 0;
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
