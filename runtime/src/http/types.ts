import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Breaker } from '../breaker/breaker.js';
import type { DiscoveryView } from '../discovery/types.js';
import type { BulkheadOptions } from '../policies/bulkhead.js';
import type { RetryBudgetOptions } from '../policies/retry-budget.js';
import type { CallError } from './call-error.js';

/** Who calls, and through what. */
export interface HttpClientOptions {
  /** The calling service. */
  caller: string;
  /** Where the callees' instances are found. */
  discovery: DiscoveryView;
  /** The caller's breakers. */
  breakers: { for(callee: string): Breaker };
  /** How long a call may take from its start to the last byte of the answer, in milliseconds. Default 5000; `Infinity` for no limit. */
  deadlineMs?: number;
  /** Calls to one service at once, and in the queue. Default 256 and 256. */
  bulkhead?: BulkheadOptions;
  /** How many further attempts the calls to one service may cause. Default one for five calls, and ten a second. */
  retryBudget?: RetryBudgetOptions;
  /** How large an answer's body may be, in bytes. Default 10 MiB. */
  maxBodyBytes?: number;
  /** Makes the connections to an origin; called once an origin. Default an undici `Pool` of up to 64 connections. */
  connect?: (origin: string) => Dispatcher;
}

/** One call. */
export interface CallOptions<Body = unknown> {
  /** Default `GET`, or `POST` where there is `json`. */
  method?: string;
  /** The body, sent as JSON. */
  json?: unknown;
  /** More headers; they take the place of the client's own. */
  headers?: Record<string, string>;
  /** Lets the callee recognise a repeated call; sent as `idempotency-key`. */
  idempotencyKey?: string;
  /**
   * What the body of a 2xx answer must be. Another one makes a `CALL_FAILED` (502 for whoever asked this service), where a
   * `parse` of the body in a route would blame the client. Default: any body.
   */
  answer?: z.ZodType<Body>;
  /** In place of the client's deadline, in milliseconds; `Infinity` for none. It covers all attempts, pauses and queues. */
  deadlineMs?: number;
  /** How long one attempt may take, in milliseconds. Default as long as there is time. */
  attemptMs?: number;
  /**
   * How often to try in all, after lost connections, timeouts of an attempt, and the statuses 429, 502, 503 and 504.
   * Default 3 for GET, HEAD, OPTIONS, PUT, DELETE and whatever has an idempotency key; else 1, since nobody knows what the first did.
   */
  attempts?: number;
  /** Makes a second call when the first takes so long, in milliseconds, and takes what comes first. Default never. Only for calls that may be repeated. */
  hedgeAfterMs?: number;
  /** What stands in for the answer when there is none to be had: not for a 4xx, which is an answer, nor when the caller gave up. */
  fallback?: (error: CallError) => Body | Promise<Body>;
  /** Gives the call up; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A 2xx answer. */
export interface Answer<Body = unknown> {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  /** Parsed where the callee says that it is JSON, else text; undefined where there is none. With `answer`, what that made of it. */
  body: Body;
  /** Whether it is what the call's `fallback` gave. */
  isFallback?: true;
}
