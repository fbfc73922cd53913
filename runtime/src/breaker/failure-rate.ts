import type { TripRule } from './types.js';

/** When a failure rate is too high. */
export interface FailureRateOptions {
  /** The share of failed calls that opens the breaker, above 0 and up to 1. Default 0.5. */
  rate?: number;
  /** How many of the last calls are looked at. Default 50. */
  window?: number;
  /** How many calls there must be at least. Default 20. */
  minimumCalls?: number;
}

/** Opens when too large a share of the last calls failed: a window by count, kept in a ring. */
export function failureRate({ rate = 0.5, window = 50, minimumCalls = 20 }: FailureRateOptions = {}): TripRule {
  const ring = new Uint8Array(window);
  const enough = Math.min(minimumCalls, window);
  let next = 0;
  let calls = 0;
  let failures = 0;
  return {
    name: 'failure-rate',
    record(failed) {
      const mark = failed ? 1 : 0;
      if (calls === window) failures -= ring[next] ?? 0;
      else calls += 1;
      ring[next] = mark;
      failures += mark;
      next = next + 1 === window ? 0 : next + 1;
      return failed && calls >= enough && failures >= rate * calls;
    },
    reset() {
      next = 0;
      calls = 0;
      failures = 0;
    },
  };
}
