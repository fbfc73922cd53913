import type { BreakerOverride } from '../discovery/types.js';
import { type CallResult, isFailure } from './call-result.js';
import { OpenTimes } from './open-times.js';
import { BreakerPermit, type Settler } from './permit.js';
import { rulesOf, windowOf } from './rules-of.js';
import type { BreakerOptions, BreakerState, CallWindow, HalfOpenState, Outcome, Permit, TripRule } from './types.js';

const unknownWaitMs = 1000;
const clockSlackMs = 1000;

/** How many calls ended how, since the start. */
export interface CallCounts {
  success: number;
  failure: number;
  ignored: number;
  refused: number;
}

/**
 * Guards the calls from one caller to one callee (M. Nygard, Release It!, "Circuit Breaker").
 *
 * `acquire` before a call and `settle` after it are synchronous and allocate nothing but the permit. A permit counts only in
 * the state that it was given in: what was begun before the breaker opened says nothing about the trial calls later.
 */
export class Breaker implements Settler {
  /** Such as `gateway->order-service`. */
  readonly name: string;
  /** Calls by outcome. */
  readonly calls: Readonly<CallCounts>;
  /** Changes of state, by the state that came. */
  readonly transitions: Readonly<Record<BreakerState['kind'], number>>;
  readonly #calls: CallCounts = { success: 0, failure: 0, ignored: 0, refused: 0 };
  readonly #transitions = { closed: 0, open: 0, 'half-open': 0, 'forced-open': 0, disabled: 0 };
  readonly #now: () => number;
  readonly #times = new OpenTimes();
  #options!: BreakerOptions;
  #rules!: readonly TripRule[];
  #window!: CallWindow;
  #slowMs!: number;
  /** Whether it does not matter when a call ended that succeeded. */
  #isTimeless!: boolean;
  #state: BreakerState;
  #generation = 0;
  #inARow = 0;

  constructor(name: string, options: BreakerOptions = {}) {
    this.name = name;
    this.calls = this.#calls;
    this.transitions = this.#transitions;
    this.#now = options.now ?? Date.now;
    this.#state = { kind: 'closed', since: this.#now() };
    this.configure(options);
  }

  /** What the breaker is doing. An open breaker becomes half-open at the first `acquire` after its time. */
  get state(): Readonly<BreakerState> {
    return this.#state;
  }

  /** Failures in a row, as far as they were counted. */
  get failures(): number {
    return this.#inARow;
  }

  /** Behaves differently from now on. The state stays as it is, what was counted is forgotten. The clock stays, too. */
  configure(options: BreakerOptions): void {
    this.#options = options;
    this.#rules = options.rules ?? rulesOf(options);
    this.#window = windowOf(options);
    this.#slowMs = slowMsOf(options);
    this.#isTimeless = options.windowMs === undefined && this.#slowMs === Number.POSITIVE_INFINITY;
  }

  /**
   * Asks to make a call.
   *
   * @param now - milliseconds since 1970, where the caller has read the clock already
   * @returns a permit to settle when the call has ended, or undefined when the call is refused
   */
  acquire(now: number = this.#now()): Permit | undefined {
    if (this.#state.kind !== 'closed' && !this.#admits(now)) {
      this.#calls.refused += 1;
      return undefined;
    }
    return new BreakerPermit(this, this.#generation, now);
  }

  /** How long a refused caller should wait before it tries again, in milliseconds; 0 where calls pass. */
  retryAfterMs(now: number = this.#now()): number {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
      case 'disabled':
        return 0;
      case 'open':
        return Math.max(0, state.until - now);
      case 'half-open':
        return state.underWay < this.#halfOpenPermits ? 0 : unknownWaitMs;
      case 'forced-open':
        return state.until === Number.POSITIVE_INFINITY ? this.#openMs : Math.max(0, state.until - now);
      default:
        return state satisfies never;
    }
  }

  /** What a call's end says about the callee, by the breaker's own notion of a failure. */
  outcomeOf(result: CallResult): Outcome {
    return (this.#options.isFailure ?? isFailure)(result) ? 'failure' : 'success';
  }

  /**
   * Obeys an operator's override until it ends, and closes when there is none any more. Without an override to end, undefined
   * changes nothing.
   */
  override(override: BreakerOverride | undefined, now: number = this.#now()): void {
    const obeyed = 'override' in this.#state ? this.#state.override : undefined;
    const until = override?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(override.until);
    if (override === undefined || until <= now) {
      if (obeyed !== undefined) this.#startAfresh(now);
    } else if (override.id !== obeyed?.id) {
      const kind = override.mode === 'open' ? 'forced-open' : 'disabled';
      this.#transition({ kind, since: now, override, until }, now);
    }
  }

  /** Closes if the override that is obeyed has expired; says whether it has. */
  expireOverride(now: number = this.#now()): boolean {
    if (!('override' in this.#state) || now < this.#state.until) return false;
    this.#startAfresh(now);
    return true;
  }

  /** Closes a breaker that has opened by itself and forgets its counts. An override stays. */
  reset(now: number = this.#now()): void {
    if (!('override' in this.#state)) this.#startAfresh(now);
  }

  /** @internal Called by the permit, once. */
  settle(permit: BreakerPermit, outcome: Outcome, durationMs?: number, retryAfterMs?: number): void {
    // By name: a computed key would take as long as all else.
    if (outcome === 'success') this.#calls.success += 1;
    else if (outcome === 'failure') this.#calls.failure += 1;
    else this.#calls.ignored += 1;
    const { acquiredAt } = permit;
    if (retryAfterMs !== undefined) {
      const until = this.#times.leaveAlone(retryAfterMs, acquiredAt + (durationMs ?? 0));
      if (this.#state.kind === 'open') this.#state.until = Math.max(this.#state.until, until);
    }
    if (permit.generation !== this.#generation) return;
    const state = this.#state;
    if (state.kind === 'closed') {
      if (outcome === 'ignored') return;
      // Nothing will be dated by it: the clock would take longer than all else.
      const isTimeless = outcome === 'success' && this.#isTimeless;
      const now = durationMs !== undefined ? acquiredAt + durationMs : isTimeless ? acquiredAt : this.#now();
      this.#count(outcome === 'failure', now - acquiredAt, now);
    } else if (state.kind === 'half-open') {
      const now = durationMs === undefined ? this.#now() : acquiredAt + durationMs;
      this.#judge(state, outcome, now - acquiredAt, now, retryAfterMs);
    }
  }

  get #openMs(): number {
    return this.#options.openMs ?? 30_000;
  }

  get #halfOpenPermits(): number {
    return this.#options.halfOpenPermits ?? 1;
  }

  /** Whether a call passes in another state than closed. */
  #admits(now: number): boolean {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        return true;
      case 'open':
        return hasPassed(state.since, state.until, now) && this.#tryOut(this.#transition(halfOpen(now), now), now);
      case 'half-open':
        if (state.underWay < this.#halfOpenPermits) return this.#tryOut(state, now);
        // Trial calls that nobody ever settles must not keep the breaker half-open for ever.
        if (!hasPassed(state.triedAt, state.triedAt + this.#openMs, now)) return false;
        return this.#tryOut(this.#transition(halfOpen(now), now), now);
      case 'forced-open':
        return this.expireOverride(now);
      case 'disabled':
        this.expireOverride(now);
        return true;
      default:
        return state satisfies never;
    }
  }

  #tryOut(state: HalfOpenState, now: number): boolean {
    state.underWay += 1;
    state.triedAt = now;
    return true;
  }

  #count(failed: boolean, durationMs: number, now: number): void {
    const slow = durationMs >= this.#slowMs;
    const window = this.#window;
    window.record(failed, slow, now);
    this.#inARow = failed ? this.#inARow + 1 : 0;
    if (!failed && !slow) return;
    for (const rule of this.#rules) {
      if (!rule.trips(window, this.#inARow)) continue;
      this.#open(rule.name, now);
      return;
    }
  }

  /** A trial call that is slow where slow calls open the breaker, or that asked to be left alone, is no success. */
  #judge(state: HalfOpenState, outcome: Outcome, durationMs: number, now: number, retryAfterMs?: number): void {
    state.underWay -= 1;
    if (outcome === 'ignored') return;
    if (outcome === 'failure') {
      this.#inARow += 1;
      this.#open('half-open', now);
    } else if (durationMs >= this.#slowMs || retryAfterMs !== undefined) {
      this.#open('half-open', now);
    } else {
      state.succeeded += 1;
      const enough = this.#options.successesToClose ?? this.#halfOpenPermits;
      if (state.succeeded >= enough) this.#transition({ kind: 'closed', since: now }, now);
    }
  }

  #open(reason: string, now: number): void {
    const closedSince = this.#state.kind === 'closed' ? this.#state.since : undefined;
    const until = this.#times.next(this.#options, closedSince, now);
    this.#transition({ kind: 'open', since: now, until, reason }, now);
  }

  /** After an operator's word, what was before it says nothing. */
  #startAfresh(now: number): void {
    this.#times.forget();
    this.#transition({ kind: 'closed', since: now }, now);
  }

  /** The only place that assigns the state. */
  #transition<S extends BreakerState>(to: S, at: number): S {
    const from = this.#state;
    this.#state = to;
    this.#generation += 1;
    this.#transitions[to.kind] += 1;
    if (to.kind === 'closed') {
      this.#inARow = 0;
      this.#window.clear();
    }
    this.#options.onTransition?.({ breaker: this.name, from, to, at });
    return to;
  }
}

/** Where slow calls open nothing, none is slow. */
function slowMsOf({ rules, slowCallRate = false, slowCallMs }: BreakerOptions): number {
  if (slowCallRate !== false) return slowCallMs ?? 5000;
  return (rules === undefined ? undefined : slowCallMs) ?? Number.POSITIVE_INFINITY;
}

function halfOpen(since: number): HalfOpenState {
  return { kind: 'half-open', since, underWay: 0, succeeded: 0, triedAt: since };
}

/**
 * Whether a time is up. A clock that was set back must not make it longer, but a state's start, reckoned from a call's duration, may
 * lie a little ahead of the clock.
 */
function hasPassed(since: number, until: number, now: number): boolean {
  return now >= until || now < since - clockSlackMs;
}
