import { expect, it } from 'vitest';
import { RetryBudget } from '../../../../src/gateway/policies/limits/retry-budget.js';

function spendAll(budget: RetryBudget): number {
  let spent = 0;
  while (budget.spend()) spent += 1;
  return spent;
}

it('allows ten a second, and a fifth of the requests besides', () => {
  let now = 0;
  const budget = new RetryBudget(() => now);
  expect(spendAll(budget)).toBe(10);
  for (let n = 0; n < 52; n++) budget.earn();
  expect(spendAll(budget)).toBe(10);
  now = 500;
  expect(spendAll(budget)).toBe(5);
  now = 3_600_000;
  expect(spendAll(budget)).toBe(10);
});

it('saves up no more than a hundred', () => {
  const budget = new RetryBudget(() => 0);
  for (let n = 0; n < 100_000; n++) budget.earn();
  expect(spendAll(budget)).toBe(110);
});
