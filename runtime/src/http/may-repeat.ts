import { CallError } from './call-error.js';
import type { CallOptions } from './types.js';

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const passingStatuses: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);
/** Nobody's request should hang for seconds over a perhaps. */
const longestRetryAfterMs = 1000;

/** Whether making a call twice does no more than making it once (RFC 9110 §9.2.2, or a key that the callee knows it by). */
export function isRepeatable(method: string, { idempotencyKey }: CallOptions<never>): boolean {
  return idempotencyKey !== undefined || idempotentMethods.has(method);
}

/** Whether another attempt, perhaps at another instance, is likely to do better at once. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof CallError)) return false;
  switch (error.code) {
    case 'CALL_FAILED':
      return error.retriable;
    case 'CALL_TIMEOUT':
      return true;
    case 'CALL_STATUS':
      return passingStatuses.has(error.status) && (error.retryAfterMs ?? 0) <= longestRetryAfterMs;
    case 'CALL_REFUSED':
    case 'CALL_OVERLOADED':
    case 'CALL_NO_INSTANCE':
      return false;
    default:
      return error.code satisfies never;
  }
}

/** Whether there is nothing to be had from the callee, so that a fallback may stand in. */
export function isOutage(error: unknown): error is CallError {
  if (!(error instanceof CallError)) return false;
  return error.code !== 'CALL_STATUS' || error.status === 429 || (error.status ?? 0) >= 500;
}
