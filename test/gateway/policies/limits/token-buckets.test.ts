import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBuckets } from '../../../../src/gateway/policies/limits/token-buckets.js';

/** A bucket as one draws it: tokens that come back with the time. */
class PlainBucket {
  #tokens: number;
  #at = 0;

  constructor(readonly rule: { requests: number; perMs: number; burst: number }) {
    this.#tokens = rule.burst;
  }

  take(now: number): { allowed: boolean; remaining: number } {
    const { requests, perMs, burst } = this.rule;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * requests) / perMs);
    this.#at = now;
    // The same slack for the last bits as the one that is tested.
    const allowed = this.#tokens >= 1 - 1e-6;
    if (allowed) this.#tokens -= 1;
    return { allowed, remaining: Math.max(0, Math.floor(this.#tokens + 1e-6)) };
  }
}

describe('TokenBuckets', () => {
  it('does what a bucket of tokens does, for each key', () => {
    const rule = fc.record({
      requests: fc.integer({ min: 1, max: 50 }),
      perMs: fc.constantFrom(100, 1000, 60_000),
      burst: fc.integer({ min: 1, max: 60 }),
    });
    const draws = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2_000)), { maxLength: 200 });
    fc.assert(
      fc.property(rule, draws, (given, steps) => {
        const buckets = new TokenBuckets(given);
        const model = new Map([...'ab'].map((key) => [key, new PlainBucket(given)]));
        let now = 0;
        for (const [key, pause] of steps) {
          now += pause;
          const expected = model.get(key)?.take(now);
          expect(buckets.take(key, now)).toMatchObject({ allowed: expected?.allowed });
        }
      }),
    );
  });

  it('says what is left, when there is more, and when all is back', () => {
    const buckets = new TokenBuckets({ requests: 2, perMs: 1000, burst: 2 });
    expect(buckets.take('a', 0)).toEqual({ allowed: true, remaining: 1, fullInMs: 500, retryInMs: 0 });
    expect(buckets.take('a', 0)).toEqual({ allowed: true, remaining: 0, fullInMs: 1000, retryInMs: 0 });
    expect(buckets.take('a', 100)).toEqual({ allowed: false, remaining: 0, fullInMs: 900, retryInMs: 400 });
    expect(buckets.take('a', 500).allowed).toBe(true);
  });

  it('lets through exactly what comes back over a long time', () => {
    const buckets = new TokenBuckets({ requests: 7, perMs: 1000, burst: 3 });
    let passed = 0;
    for (let now = 0; now < 100_000; now += 1) if (buckets.take('a', now).allowed) passed += 1;
    expect(passed).toBeGreaterThanOrEqual(700);
    expect(passed).toBeLessThanOrEqual(703);
  });

  it('keeps no more keys than its bound, and those in use', () => {
    const buckets = new TokenBuckets({ requests: 1, perMs: 60_000, burst: 1 }, 1000);
    expect(buckets.take('busy', 0).allowed).toBe(true);
    for (let n = 0; n < 10_000; n++) {
      buckets.take(`key ${n}`, 0);
      if (n % 100 === 0) expect(buckets.take('busy', 0).allowed).toBe(false);
      expect(buckets.size).toBeLessThanOrEqual(1000);
    }
  });
});
