import { Breaker, type BreakerOptions, type Outcome } from '@mscli/runtime/breaker';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const start = Date.parse('2026-01-01T00:00:00Z');

interface Call {
  outcome: Outcome;
  tookMs: number;
  afterMs: number;
}

const call = fc.record({
  outcome: fc.constantFrom<Outcome>('success', 'success', 'failure', 'ignored'),
  tookMs: fc.constantFrom(0, 99, 100, 500),
  afterMs: fc.nat(50),
});
const share = fc.constantFrom(false as const, 0.1, 0.5, 1);
const settings = fc.record({
  consecutiveFailures: fc.constantFrom(false as const, 1, 3, 8),
  failureRate: share,
  slowCallRate: share,
  slowCallMs: fc.constant(100),
  minimumCalls: fc.integer({ min: 1, max: 12 }),
  windowCalls: fc.integer({ min: 1, max: 10 }),
});

/** Which rule would open it after these calls, told from the whole list of them; undefined when none does. */
function expectedReason(calls: readonly Call[], settings: BreakerOptions): string | undefined {
  const counted = calls.filter(({ outcome }) => outcome !== 'ignored');
  const last = calls.at(-1);
  if (last === undefined || last.outcome === 'ignored') return undefined;
  const { consecutiveFailures, failureRate, slowCallRate, windowCalls = 50, minimumCalls = 20 } = settings;
  const isSlow = (one: Call) => slowCallRate !== false && one.tookMs >= 100;
  if (last.outcome !== 'failure' && !isSlow(last)) return undefined;
  const lastSuccess = counted.findLastIndex(({ outcome }) => outcome === 'success');
  if (consecutiveFailures && counted.length - 1 - lastSuccess >= consecutiveFailures) return 'consecutive-failures';
  const window = counted.slice(-windowCalls);
  if (window.length < Math.min(minimumCalls, windowCalls)) return undefined;
  const shareOf = (test: (one: Call) => boolean) => window.filter(test).length / window.length;
  if (failureRate && shareOf(({ outcome }) => outcome === 'failure') >= failureRate) return 'failure-rate';
  return slowCallRate && shareOf(isSlow) >= slowCallRate ? 'slow-call-rate' : undefined;
}

test('opens by the rule that the whole list of calls gives, and not before', () => {
  const reasons = new Set<string | undefined>();
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60, size: 'max' }), settings, (calls, given) => {
      let now = start;
      const breaker = new Breaker('a->b', { ...given, now: () => now, random: () => 0 });
      for (const [index, { outcome, tookMs, afterMs }] of calls.entries()) {
        now += afterMs;
        const permit = breaker.acquire(now);
        now += tookMs;
        // With and without the duration told, where the clock tells the same.
        permit?.settle(outcome, index % 2 === 0 ? tookMs : undefined);
        const reason = expectedReason(calls.slice(0, index + 1), given);
        reasons.add(reason);
        expect(breaker.state).toMatchObject(reason === undefined ? { kind: 'closed' } : { kind: 'open', reason });
        if (reason !== undefined) return;
      }
    }),
    { numRuns: 1000 },
  );
  expect([...reasons].sort()).toEqual(['consecutive-failures', 'failure-rate', 'slow-call-rate', undefined]);
});
