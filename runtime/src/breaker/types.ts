import type { BreakerOverride } from '../discovery/types.js';

/** What a breaker is doing, with only what belongs to that state. Times are milliseconds since 1970. */
export type BreakerState =
  | ClosedState
  | OpenState
  | HalfOpenState
  | { kind: 'forced-open'; since: number; override: BreakerOverride; until: number }
  | { kind: 'disabled'; since: number; override: BreakerOverride; until: number };

/** Calls pass and are counted by the rules. */
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

/** A few calls pass on trial: if all succeed the breaker closes, at the first failure it opens again. */
export interface HalfOpenState {
  kind: 'half-open';
  since: number;
  /** Trial calls under way or succeeded. */
  issued: number;
  /** Trial calls that succeeded. */
  succeeded: number;
}

/** How a call ended. `ignored` counts neither way: the caller gave up, or the call never left. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** The right to make one call. */
export interface Permit {
  /**
   * Says how the call ended. Only the first word counts, and only while the breaker is in the state that it gave the permit in.
   *
   * @param outcome - see {@link Outcome}
   * @param durationMs - how long the call took, in milliseconds; spares a reading of the clock
   */
  settle(outcome: Outcome, durationMs?: number): void;
}

/** Decides when a closed breaker opens. Each breaker has its own. */
export interface TripRule {
  /** Stands in {@link OpenState.reason}. */
  readonly name: string;
  /**
   * Counts one call.
   *
   * @param failed - whether it failed
   * @param durationMs - how long it took
   * @param now - when it ended, in milliseconds since 1970
   * @returns whether the breaker must open
   */
  record(failed: boolean, durationMs: number, now: number): boolean;
  /** Forgets what was counted. */
  reset(): void;
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

/** How a breaker behaves. */
export interface BreakerOptions {
  /**
   * When to open; any one rule is enough. They are the breaker's own from then on.
   * Default: 5 consecutive failures, or half of the last 50 calls (once there were 20).
   */
  rules?: readonly TripRule[];
  /** How long to stay open before calls pass on trial, in milliseconds. Default 30 000. */
  openMs?: number;
  /** How many calls pass on trial while half-open. Default 1. */
  halfOpenPermits?: number;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Told of each change of state, synchronously. It must not throw. */
  onTransition?: (transition: Transition) => void;
}
