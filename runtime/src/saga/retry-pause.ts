import type { RetryPolicy } from './definition.js';

/**
 * How long to wait before the next attempt, in ms: exponential backoff with full jitter, which spreads many callers best
 * (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 *
 * @param failures how many attempts have failed, from 1
 * @param random between 0 and 1
 */
export function retryPause({ baseMs, maxMs }: Required<RetryPolicy>, failures: number, random: () => number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
}
