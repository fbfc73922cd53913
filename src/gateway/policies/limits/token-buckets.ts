import { RecentMap } from './recent-map.js';

/** What a bucket says to a request. */
export interface Draw {
  readonly allowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly fullInMs: number;
  /** Until there is a token; 0 where there was one. */
  readonly retryInMs: number;
}

export interface BucketRule {
  requests: number;
  perMs: number;
  burst: number;
}

const MOST_KEYS = 100_000;

/**
 * A token bucket for each key, in one number: the time at which the bucket would be full (the generic cell rate algorithm,
 * ITU-T I.371). A bucket that is forgotten, since there is a bound to them, begins full.
 */
export class TokenBuckets {
  readonly #fullAt: RecentMap<string, number>;
  readonly #msPerToken: number;

  constructor(
    readonly rule: BucketRule,
    mostKeys: number = MOST_KEYS,
  ) {
    this.#fullAt = new RecentMap(mostKeys);
    this.#msPerToken = rule.perMs / rule.requests;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(key: string, now: number): Draw {
    const { burst } = this.rule;
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now);
    const after = fullAt + this.#msPerToken;
    const room = burst * this.#msPerToken - (after - now);
    // Sums of fractions of a millisecond may be off by their last bits.
    const allowed = room >= -tolerance;
    if (!allowed) return { allowed, remaining: 0, fullInMs: fullAt - now, retryInMs: -room };
    this.#fullAt.set(key, after);
    const remaining = Math.max(0, Math.floor(room / this.#msPerToken + tolerance));
    return { allowed, remaining, fullInMs: after - now, retryInMs: 0 };
  }
}

const tolerance = 1e-6;
