import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Breaker } from '../breaker/breaker.js';
import type { DiscoveryView } from '../discovery/types.js';

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
  /** In place of the client's deadline, in milliseconds; `Infinity` for none. */
  deadlineMs?: number;
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
}
