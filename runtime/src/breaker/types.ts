import type { BreakerOverride, BreakerSettings } from '../discovery/types.js';
import type { CallResult } from './call-result.js';

/** What a breaker is doing, with only what belongs to that state. Times are milliseconds since 1970. */
export type BreakerState =
  | ClosedState
  | OpenState
  | HalfOpenState
  | { kind: 'forced-open'; since: number; override: BreakerOverride; until: number }
  | { kind: 'disabled'; since: number; override: BreakerOverride; until: number };

/** Calls pass and are counted. */
export interface ClosedState {
  kind: 'closed';
  since: number;
}

/** Calls are refused until the time is up. */
export interface OpenState {
  kind: 'open';
  since: number;
  /** When the first call may pass again. */
  until: number;
  /** The rule that opened the breaker, or `half-open` when a trial call failed. */
  reason: string;
}

/** A few calls pass on trial: enough successes close the breaker, the first failure opens it again. */
export interface HalfOpenState {
  kind: 'half-open';
  since: number;
  /** Trial calls under way. */
  underWay: number;
  /** Trial calls that succeeded. */
  succeeded: number;
  /** When the last trial call began. */
  triedAt: number;
}

/** How a call ended. `ignored` counts neither way: the caller gave up, or the call never left. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** The right to make one call. */
export interface Permit {
  /**
   * Says how the call ended. Only the first word counts, and only while the breaker is in the state that it gave the permit in.
   *
   * @param outcome - see {@link Outcome}; `ignored` for a call that was given up
   * @param durationMs - how long the call took, in milliseconds; spares a reading of the clock
   * @param retryAfterMs - how long the callee asked to be left alone (`Retry-After` of a 429 or a 503), in milliseconds:
   * a breaker that is open, or opens before then, stays open at least so long, an hour at most
   */
  settle(outcome: Outcome, durationMs?: number, retryAfterMs?: number): void;
}

/** What was counted in a breaker's window. */
export interface Tally {
  readonly calls: number;
  readonly failures: number;
  /** Calls that took as long as a slow one, whether they failed or not. */
  readonly slow: number;
}

/** The latest calls, by count or by time. */
export interface CallWindow extends Tally {
  /** Counts one call that ended at `now`, in milliseconds since 1970. */
  record(failed: boolean, slow: boolean, now: number): void;
  /** Forgets everything. */
  clear(): void;
}

/** Decides when a closed breaker opens. It holds no counts. */
export interface TripRule {
  /** Stands in {@link OpenState.reason}. */
  readonly name: string;
  /**
   * Asked after each call that failed or was slow.
   *
   * @param tally - the window's counts
   * @param inARow - failures in a row
   */
  trips(tally: Tally, inARow: number): boolean;
}

/** One change of a breaker's state. */
export interface Transition {
  /** The breaker's name. */
  breaker: string;
  from: BreakerState;
  to: BreakerState;
  /** Milliseconds since 1970. */
  at: number;
}

/** How a breaker behaves: its settings, and what only code can say. */
export interface BreakerOptions extends BreakerSettings {
  /** When to open, in place of the rules that the settings make; any one is enough. */
  rules?: readonly TripRule[];
  /** What counts as a failure. Default {@link isFailure}. */
  isFailure?: (result: CallResult) => boolean;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** From 0 up to 1; spreads the open durations of several instances. Default `Math.random`. */
  random?: () => number;
  /** Told of each change of state, synchronously. It must not throw. */
  onTransition?: (transition: Transition) => void;
}
