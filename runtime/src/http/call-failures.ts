import { parseRetryAfter } from '../breaker/retry-after.js';
import { CallError } from './call-error.js';
import type { Answer } from './types.js';

/** One call, as the failures' messages name it. */
export interface CallName {
  caller: string;
  service: string;
  method: string;
  path: string;
}

const neverLeft = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const mayPass = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The breaker lets no call through. */
export function refused(call: CallName, retryAfterMs: number): CallError {
  return new CallError('CALL_REFUSED', call.service, `${nameOf(call)} was refused: the breaker is open.`, {
    retriable: true,
    outcomeUnknown: false,
    retryAfterMs,
  });
}

/** There are too many calls to the same service already, under way and waiting. */
export function overloaded(call: CallName): CallError {
  return new CallError('CALL_OVERLOADED', call.service, `${nameOf(call)} was not made: too many are under way.`, {
    retriable: true,
    outcomeUnknown: false,
  });
}

/** Nobody is there to be called. */
export function noInstance(call: CallName): CallError {
  return new CallError('CALL_NO_INSTANCE', call.service, `${nameOf(call)} found no ready instance.`, {
    retriable: true,
    outcomeUnknown: false,
  });
}

/** The deadline has passed. */
export function timedOut(call: CallName, deadlineMs: number, cause: unknown): CallError {
  return new CallError('CALL_TIMEOUT', call.service, `${nameOf(call)} had no answer within ${deadlineMs} ms.`, {
    retriable: true,
    outcomeUnknown: true,
    cause,
  });
}

/** The connection, or the protocol on it, failed. */
export function connectionFailed(call: CallName, cause: unknown): CallError {
  const { code } = cause as NodeJS.ErrnoException;
  return new CallError('CALL_FAILED', call.service, `${nameOf(call)} failed: the connection broke.`, {
    retriable: true,
    outcomeUnknown: code === undefined || !neverLeft.has(code),
    cause,
  });
}

/** There was an answer that cannot be used: the callee may well have done what it was asked to. */
export function unusableAnswer(call: CallName, problem: string, cause: unknown): CallError {
  return new CallError('CALL_FAILED', call.service, `${nameOf(call)} was answered with ${problem}.`, {
    retriable: false,
    outcomeUnknown: true,
    cause,
  });
}

/** The answer's status is not 2xx. */
export function badStatus(call: CallName, { status, headers, body }: Answer, now: number = Date.now()): CallError {
  return new CallError('CALL_STATUS', call.service, statusMessage(call, status, body), {
    retriable: mayPass.has(status),
    outcomeUnknown: status >= 500 && status !== 501,
    status,
    body,
    retryAfterMs: parseRetryAfter(headers['retry-after'], now),
  });
}

/** Prefers what the callee says of the cause (`detail` of RFC 9457 §3.1.4) to what was asked of it. */
function statusMessage(call: CallName, status: number, body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail;
  if (typeof detail === 'string' && detail !== '') return `${call.service} answered ${status}: ${detail}`;
  return `${nameOf(call)} was answered with ${status}.`;
}

/** Without the query, which may hold what nobody should read in a log. */
function nameOf({ caller, service, method, path }: CallName): string {
  return `${caller}->${service}: ${method} ${path.replace(/\?.*$/s, '')}`;
}
