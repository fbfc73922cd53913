import type { BreakerSettings } from '../discovery/types.js';
import { consecutiveFailures } from './consecutive-failures.js';
import { CountWindow } from './count-window.js';
import { failureRate } from './failure-rate.js';
import { slowCallRate } from './slow-call-rate.js';
import { TimeWindow } from './time-window.js';
import type { CallWindow, TripRule } from './types.js';

const defaultWindowCalls = 50;

/** The rules that settings ask for. */
export function rulesOf(settings: BreakerSettings): TripRule[] {
  const { consecutiveFailures: inARow = 5, failureRate: failing = 0.5, slowCallRate: slow = false } = settings;
  const { minimumCalls = 20, windowMs, windowCalls = defaultWindowCalls } = settings;
  // A window that can never hold so many would switch the rule off without a word.
  const enough = windowMs === undefined ? Math.min(minimumCalls, windowCalls) : minimumCalls;
  return [
    ...(inARow === false ? [] : [consecutiveFailures(inARow)]),
    ...(failing === false ? [] : [failureRate(failing, enough)]),
    ...(slow === false ? [] : [slowCallRate(slow, enough)]),
  ];
}

/** The window that settings ask for: by time where it has a length in time, else by count. */
export function windowOf({ windowMs, windowCalls = defaultWindowCalls }: BreakerSettings): CallWindow {
  return windowMs === undefined ? new CountWindow(windowCalls) : new TimeWindow(windowMs);
}
