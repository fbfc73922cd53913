import type { BreakerOverride } from '../discovery/types.js';
import { consecutiveFailures } from './consecutive-failures.js';
import { failureRate } from './failure-rate.js';
import type { BreakerOptions, BreakerState, HalfOpenState, Outcome, Permit, Transition, TripRule } from './types.js';

const unknownWaitMs = 1000;
const clockSlackMs = 1000;

/**
 * Guards the calls from one caller to one callee (M. Nygard, Release It!, "Circuit Breaker").
 *
 * `acquire` before a call and `settle` after it are synchronous and allocate nothing but the permit. A permit counts only in
 * the state that it was given in: what was begun before the breaker opened says nothing about the trial calls later.
 */
export class Breaker {
  /** Such as `gateway->order-service`. */
  readonly name: string;
  readonly #rules: readonly TripRule[];
  readonly #openMs: number;
  readonly #halfOpenPermits: number;
  readonly #now: () => number;
  readonly #onTransition: ((transition: Transition) => void) | undefined;
  #state: BreakerState;
  #generation = 0;
  #failures = 0;

  constructor(name: string, options: BreakerOptions = {}) {
    this.name = name;
    this.#rules = options.rules ?? [consecutiveFailures(), failureRate()];
    this.#openMs = options.openMs ?? 30_000;
    this.#halfOpenPermits = options.halfOpenPermits ?? 1;
    this.#now = options.now ?? Date.now;
    this.#onTransition = options.onTransition;
    this.#state = { kind: 'closed', since: this.#now() };
  }

  /** What the breaker is doing. An open breaker becomes half-open at the first `acquire` after its time. */
  get state(): Readonly<BreakerState> {
    return this.#state;
  }

  /** Failures in a row, as far as they were counted. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Asks to make a call.
   *
   * @param now - milliseconds since 1970, where the caller has read the clock already
   * @returns a permit to settle when the call has ended, or undefined when the call is refused
   */
  acquire(now: number = this.#now()): Permit | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'closed':
        return new BreakerPermit(this, this.#generation, now);
      case 'open':
        if (!hasPassed(state.since, this.#openMs, now)) return undefined;
        return this.#tryOut(this.#transition(halfOpen(now), now), now);
      case 'half-open':
        if (state.issued < this.#halfOpenPermits) return this.#tryOut(state, now);
        // Trial calls that nobody ever settles must not keep the breaker half-open for ever.
        if (!hasPassed(state.since, this.#openMs, now)) return undefined;
        return this.#tryOut(this.#transition(halfOpen(now), now), now);
      case 'forced-open':
        return this.expireOverride(now) ? this.acquire(now) : undefined;
      case 'disabled':
        return this.expireOverride(now) ? this.acquire(now) : new BreakerPermit(this, this.#generation, now);
      default:
        return state satisfies never;
    }
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
        return state.issued < this.#halfOpenPermits ? 0 : unknownWaitMs;
      case 'forced-open':
        return state.until === Number.POSITIVE_INFINITY ? this.#openMs : Math.max(0, state.until - now);
      default:
        return state satisfies never;
    }
  }

  /**
   * Obeys an operator's override until it ends, and closes when there is none any more. Without an override to end, undefined
   * changes nothing.
   */
  override(override: BreakerOverride | undefined, now: number = this.#now()): void {
    const obeyed = 'override' in this.#state ? this.#state.override : undefined;
    const until = override?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(override.until);
    if (override === undefined || until <= now) {
      if (obeyed !== undefined) this.#transition({ kind: 'closed', since: now }, now);
    } else if (override.id !== obeyed?.id) {
      const kind = override.mode === 'open' ? 'forced-open' : 'disabled';
      this.#transition({ kind, since: now, override, until }, now);
    }
  }

  /** Closes if the override that is obeyed has expired; says whether it has. */
  expireOverride(now: number = this.#now()): boolean {
    if (!('override' in this.#state) || now < this.#state.until) return false;
    this.#transition({ kind: 'closed', since: now }, now);
    return true;
  }

  /** Closes a breaker that has opened by itself and forgets its counts. An override stays. */
  reset(now: number = this.#now()): void {
    if (!('override' in this.#state)) this.#transition({ kind: 'closed', since: now }, now);
  }

  /** @internal Called by the permit. */
  settle(generation: number, outcome: Outcome, durationMs: number | undefined, acquiredAt: number): void {
    if (generation !== this.#generation) return;
    const state = this.#state;
    if (state.kind === 'closed') {
      if (outcome === 'ignored') return;
      const now = durationMs === undefined ? this.#now() : acquiredAt + durationMs;
      this.#count(outcome === 'failure', now - acquiredAt, now);
    } else if (state.kind === 'half-open') {
      this.#judge(state, outcome, durationMs === undefined ? this.#now() : acquiredAt + durationMs);
    }
  }

  #count(failed: boolean, durationMs: number, now: number): void {
    this.#failures = failed ? this.#failures + 1 : 0;
    const rules = this.#rules;
    let tripped: TripRule | undefined;
    for (let index = 0; index < rules.length; index += 1) {
      const rule = rules[index] as TripRule;
      if (rule.record(failed, durationMs, now)) tripped ??= rule;
    }
    if (tripped !== undefined) this.#open(tripped.name, now);
  }

  #judge(state: HalfOpenState, outcome: Outcome, now: number): void {
    if (outcome === 'ignored') {
      state.issued -= 1;
    } else if (outcome === 'failure') {
      this.#failures += 1;
      this.#open('half-open', now);
    } else {
      state.succeeded += 1;
      if (state.succeeded >= this.#halfOpenPermits) this.#transition({ kind: 'closed', since: now }, now);
    }
  }

  #tryOut(state: HalfOpenState, now: number): Permit {
    state.issued += 1;
    return new BreakerPermit(this, this.#generation, now);
  }

  #open(reason: string, now: number): void {
    this.#transition({ kind: 'open', since: now, until: now + this.#openMs, reason }, now);
  }

  /** The only place that assigns the state. */
  #transition<S extends BreakerState>(to: S, at: number): S {
    const from = this.#state;
    this.#state = to;
    this.#generation += 1;
    if (to.kind === 'closed') {
      this.#failures = 0;
      for (const rule of this.#rules) rule.reset();
    }
    this.#onTransition?.({ breaker: this.name, from, to, at });
    return to;
  }
}

class BreakerPermit implements Permit {
  private isSettled = false;

  constructor(
    private readonly breaker: Breaker,
    private readonly generation: number,
    private readonly acquiredAt: number,
  ) {}

  settle(outcome: Outcome, durationMs?: number): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.breaker.settle(this.generation, outcome, durationMs, this.acquiredAt);
  }
}

function halfOpen(since: number): HalfOpenState {
  return { kind: 'half-open', since, issued: 0, succeeded: 0 };
}

/**
 * Whether a time is up. A clock that was set back must not make it longer, but a state's start, reckoned from a call's duration, may
 * lie a little ahead of the clock.
 */
function hasPassed(since: number, ms: number, now: number): boolean {
  return now >= since + ms || now < since - clockSlackMs;
}
