import type { Ending } from '../access-log.js';
import type { Exchange } from '../exchange.js';

/** Why a request was made once more. */
export type RetryReason =
  /** There was no connection to the instance. */
  | 'unreachable'
  /** A kept connection had been closed. */
  | 'stale'
  /** The policy of its route. */
  | 'policy';

/** Counts what happens to requests. */
export interface Tally {
  /** A request is over; `now` is a `performance.now()`. */
  ended(exchange: Exchange, ending: Ending, now: number): void;
  retried(exchange: Exchange, reason: RetryReason): void;
  /** What came was no request, and was answered with this status. */
  malformed(status: number): void;
}
