import { expect, it } from 'vitest';
import { doublingBackoff } from '../../src/supervisor/backoff.js';

it('doubles to its limit, and begins anew after a time of health', () => {
  const backoff = doublingBackoff();
  const delays = Array.from({ length: 8 }, () => backoff.next(0));
  expect(delays).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  expect(backoff.next(29_999)).toBe(10_000);
  expect(backoff.next(30_000)).toBe(200);
  backoff.reset();
  expect(backoff.next(0)).toBe(200);
});
