import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Ticker } from '../../../src/gateway/timing/ticker.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timed(ticker: Ticker) {
  const owner = {
    times: 0,
    expire() {
      owner.times += 1;
    },
  };
  return { owner, timer: ticker.timer(owner) };
}

it('expires once, never early and at most two ticks late', () => {
  using ticker = new Ticker(10);
  const { owner, timer } = timed(ticker);
  vi.advanceTimersByTime(1_005);
  timer.set(100);
  vi.advanceTimersByTime(100);
  expect(owner.times).toBe(0);
  vi.advanceTimersByTime(20);
  expect(owner.times).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(owner.times).toBe(1);
});

it('starts anew when it is set again, and not at all when it is cleared or disposed of', () => {
  using ticker = new Ticker(10);
  const [again, cleared, disposed] = [timed(ticker), timed(ticker), timed(ticker)];
  for (const { timer } of [again, cleared, disposed]) timer.set(50);
  vi.advanceTimersByTime(40);
  again.timer.set(50);
  cleared.timer.clear();
  disposed.timer[Symbol.dispose]();
  vi.advanceTimersByTime(40);
  expect([again, cleared, disposed].map(({ owner }) => owner.times)).toEqual([0, 0, 0]);
  vi.advanceTimersByTime(40);
  expect([again, cleared, disposed].map(({ owner }) => owner.times)).toEqual([1, 0, 0]);
});

it('lets those expire that are left, whoever is disposed of meanwhile', () => {
  using ticker = new Ticker(10);
  const all = Array.from({ length: 6 }, () => timed(ticker));
  for (const { timer } of all) timer.set(10);
  const [, second, , , fifth] = all;
  (fifth as (typeof all)[number]).owner.expire = () => second?.timer[Symbol.dispose]();
  all[3]?.timer[Symbol.dispose]();
  vi.advanceTimersByTime(60);
  expect(all.map(({ owner }) => owner.times)).toEqual([1, 0, 1, 0, 0, 1]);
});
