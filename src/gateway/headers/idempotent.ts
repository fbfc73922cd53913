import { firstValue, type RawHeaders } from './raw-headers.js';

/** Whether a request may be made twice: by its method (RFC 9110 §9.2.2), or because the client says how to tell it is the same. */
export function isIdempotent({ method, headers }: { method: string; headers: RawHeaders }): boolean {
  return idempotentMethods.has(method) || firstValue(headers, 'idempotency-key') !== undefined;
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
