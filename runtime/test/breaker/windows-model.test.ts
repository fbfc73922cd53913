import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountWindow } from '../../src/breaker/count-window.js';
import { TimeWindow } from '../../src/breaker/time-window.js';

interface Call {
  failed: boolean;
  slow: boolean;
  /** Since the call before. */
  afterMs: number;
}

const call = fc.record({
  failed: fc.boolean(),
  slow: fc.boolean(),
  afterMs: fc.oneof(fc.nat(30), fc.constantFrom(0, 99, 100, 101, 999, 1000, 5000)),
});
const calls = fc.array(call, { maxLength: 200 });

const sums = (kept: readonly Call[]) => ({
  calls: kept.length,
  failures: kept.filter(({ failed }) => failed).length,
  slow: kept.filter(({ slow }) => slow).length,
});
const tally = ({ calls, failures, slow }: CountWindow | TimeWindow) => ({ calls, failures, slow });

test('a window by count holds the last so many calls', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), calls, (size, made) => {
      const window = new CountWindow(size);
      for (const [index, { failed, slow }] of made.entries()) {
        window.record(failed, slow, 0);
        expect(tally(window)).toEqual(sums(made.slice(Math.max(0, index + 1 - size), index + 1)));
      }
      window.clear();
      expect(tally(window)).toEqual(sums([]));
    }),
  );
});

test('a window by time holds the calls of the last nine to ten tenths of its length', () => {
  fc.assert(
    fc.property(calls, (made) => {
      const window = new TimeWindow(1000);
      let now = 1_000_000;
      const dated: (Call & { at: number })[] = [];
      for (const one of made) {
        now += one.afterMs;
        window.record(one.failed, one.slow, now);
        dated.push({ ...one, at: now });
        const surely = sums(dated.filter(({ at }) => at > now - 900));
        const atMost = sums(dated.filter(({ at }) => at > now - 1000));
        for (const key of ['calls', 'failures', 'slow'] as const) {
          expect(window[key]).toBeGreaterThanOrEqual(surely[key]);
          expect(window[key]).toBeLessThanOrEqual(atMost[key]);
        }
      }
    }),
  );
});

test('a window by time survives a clock that jumps anywhere', () => {
  const jump = fc.oneof(fc.integer({ min: -5000, max: 5000 }), fc.constantFrom(-1e12, 1e12, 0.5));
  fc.assert(
    fc.property(fc.array(fc.tuple(jump, fc.boolean()), { maxLength: 100 }), (jumps) => {
      const window = new TimeWindow(1000);
      let now = 1e12;
      for (const [ms, failed] of jumps) {
        now += ms;
        window.record(failed, false, now);
        expect(window.calls).toBeGreaterThan(0);
        expect(window.failures).toBeGreaterThanOrEqual(failed ? 1 : 0);
        expect(window.failures).toBeLessThanOrEqual(window.calls);
      }
      // Whatever there was, after a window without calls there is only the new one.
      window.record(true, true, now + 10_000);
      expect(tally(window)).toEqual({ calls: 1, failures: 1, slow: 1 });
    }),
  );
});
