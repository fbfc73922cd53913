import { STATUS_CODES } from 'node:http';
import { ZodError } from 'zod';
import { MscliError } from '../errors.js';
import { CallError } from '../http/call-error.js';
import { Rejected } from '../saga/rejected.js';

/** The body of an error answer, `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Stable, upper snake case. */
  readonly code?: string;
  /** What is wrong with which field. */
  readonly errors?: readonly FieldFault[];
  /** Where the log tells more. */
  readonly traceId?: string;
}

/** One fault of a request. */
export interface FieldFault {
  /** Which part: body, query, params, headers. */
  readonly in?: string;
  /** Such as `items.0.sku`; empty for the part itself. */
  readonly field: string;
  readonly detail: string;
}

/** An answer to an error. */
export interface ProblemAnswer {
  readonly problem: Problem;
  /** Seconds, for `retry-after`. */
  readonly retryAfter?: number;
}

const callStatus = {
  CALL_REFUSED: 503,
  CALL_OVERLOADED: 503,
  CALL_NO_INSTANCE: 503,
  CALL_TIMEOUT: 504,
  CALL_FAILED: 502,
  CALL_STATUS: 502,
} as const;

/** Answers to errors of the runtime that a route let through. */
const statusByCode = new Map([
  ['SAGA_NOT_FOUND', 404],
  ['SAGA_WAIT_TIMEOUT', 504],
]);

/** What is for the time being only: the client may try again. */
const unavailable = new Set(['PUBLISH_FAILED', 'STATE_BUSY', 'STATE_TRANSACTION_TIMEOUT', 'SAGA_RUNNER_STOPPED']);

/** What a client is told about an error: never a stack, never an inner address. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof Rejected) return { problem: about(error.status, error.message, { code: error.code }) };
  const invalid = error instanceof ZodError ? error : invalidInput(error);
  if (invalid) return { problem: about(400, 'The request is not valid.', { errors: faults(invalid) }) };
  if (error instanceof CallError) {
    const problem = about(callStatus[error.code], error.message, { code: error.code });
    if (problem.status !== 503) return { problem };
    return { problem, retryAfter: Math.max(1, Math.ceil((error.retryAfterMs ?? 1000) / 1000)) };
  }
  if (error instanceof MscliError && unavailable.has(error.code)) {
    return { problem: about(503, 'Try again in a moment.', { code: error.code }), retryAfter: 1 };
  }
  const known = error instanceof MscliError ? statusByCode.get(error.code) : undefined;
  if (error instanceof MscliError && known !== undefined) {
    return { problem: about(known, error.message, { code: error.code }) };
  }
  const status = clientStatus(error);
  if (status !== undefined) return { problem: about(status, (error as Error).message) };
  return { problem: about(500, 'The service failed. Its log tells more.') };
}

/** A saga's input usually is what the client sent. */
function invalidInput(error: unknown): ZodError | undefined {
  const sagaInput = error instanceof MscliError && error.code === 'SAGA_INPUT_INVALID';
  return sagaInput && error.cause instanceof ZodError ? error.cause : undefined;
}

function about(status: number, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more };
}

function faults(error: ZodError & { validationContext?: string }): FieldFault[] {
  const part = error.validationContext === 'querystring' ? 'query' : error.validationContext;
  return error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ ...(part && { in: part }), field: path.join('.'), detail: issue.message }));
  });
}

/** Fastify's own errors, and others made for clients, carry a status below 500. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
