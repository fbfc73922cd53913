import { expect, it } from 'vitest';
import { Allowance } from '../../../../src/gateway/front/http2/allowance.js';

it('gives so much at once, then so much a second, and never more than at first', () => {
  let now = 0;
  const allowance = new Allowance({ most: 3, perSecond: 2 }, () => now);
  const takeAll = () => {
    let taken = 0;
    while (allowance.take()) taken += 1;
    return taken;
  };
  expect(takeAll()).toBe(3);
  now = 499;
  expect(takeAll()).toBe(0);
  now = 1_000;
  expect(takeAll()).toBe(2);
  now = 100_000;
  expect(takeAll()).toBe(3);
});
