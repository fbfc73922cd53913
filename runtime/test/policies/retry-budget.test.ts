import { RetryBudget } from '@mscli/runtime/policies';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('allows a few at once, then a share of the calls', () => {
  const budget = new RetryBudget({ ratio: 0.25, now: () => 0 });
  expect(spend(budget)).toBe(10);
  for (let n = 0; n < 40; n += 1) budget.deposit();
  expect(spend(budget)).toBe(10);
});

test('grows by ten a second, and does not gather them', () => {
  const clock = { now: 0 };
  const budget = new RetryBudget({ now: () => clock.now });
  spend(budget);
  clock.now += 500;
  expect(spend(budget)).toBe(5);
  clock.now += 3_600_000;
  expect(spend(budget)).toBe(10);
});

test('never allows more than a fifth of the calls and ten a second', () => {
  const step = fc.record({ calls: fc.nat(50), asked: fc.nat(50), ms: fc.nat(2000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const clock = { now: 0 };
      const budget = new RetryBudget({ now: () => clock.now });
      let [calls, allowed] = [0, 0];
      for (const { calls: made, asked, ms } of steps) {
        for (let n = 0; n < made; n += 1) budget.deposit();
        calls += made;
        for (let n = 0; n < asked; n += 1) if (budget.withdraw()) allowed += 1;
        expect(allowed).toBeLessThanOrEqual(calls / 5 + 10 + clock.now / 100 + 1e-6);
        clock.now += ms;
      }
    }),
  );
});

function spend(budget: RetryBudget): number {
  let count = 0;
  while (budget.withdraw()) count += 1;
  return count;
}
