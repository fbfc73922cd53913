import { MscliError } from '../errors.js';

/**
 * Why a call failed: refused by the breaker, too many calls to the same service at once, no instance to call, deadline passed,
 * connection or protocol error, answered with another status than 2xx.
 */
export type CallErrorCode =
  | 'CALL_REFUSED'
  | 'CALL_OVERLOADED'
  | 'CALL_NO_INSTANCE'
  | 'CALL_TIMEOUT'
  | 'CALL_FAILED'
  | 'CALL_STATUS';

/** What is known of a failed call. */
export interface CallErrorDetails {
  /** Whether the same call may succeed later. */
  retriable: boolean;
  /** Whether the callee may have done what it was asked to. */
  outcomeUnknown: boolean;
  /** The answer's status, for `CALL_STATUS`. */
  status?: number;
  /** The answer's body, for `CALL_STATUS`. */
  body?: unknown;
  /** When to try again at the earliest, in milliseconds, where the breaker or the callee said so. */
  retryAfterMs?: number | undefined;
  /** The error below. Only here may an address stand. */
  cause?: unknown;
}

/** A call to another service that did not bring a 2xx answer. Its message names services, never addresses. */
export class CallError extends MscliError {
  override readonly name = 'CallError';
  /** Why it failed, see {@link CallErrorCode}. */
  declare readonly code: CallErrorCode;
  /** The callee. */
  readonly service: string;
  /** Whether the same call may succeed later. */
  readonly retriable: boolean;
  /**
   * Whether the callee may have done what it was asked to: after a timeout, a lost connection, a 5xx or an
   * answer that makes no sense nobody knows.
   */
  readonly outcomeUnknown: boolean;
  /** The answer's status, for `CALL_STATUS`. */
  readonly status: number | undefined;
  /** The answer's body, for `CALL_STATUS`: parsed JSON or text. */
  readonly body: unknown;
  /** When to try again at the earliest, in milliseconds, where the breaker or the callee said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: CallErrorCode, service: string, message: string, details: CallErrorDetails) {
    super(code, message, { cause: details.cause });
    this.service = service;
    this.retriable = details.retriable;
    this.outcomeUnknown = details.outcomeUnknown;
    this.status = details.status;
    this.body = details.body;
    this.retryAfterMs = details.retryAfterMs;
  }
}
