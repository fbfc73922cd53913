import type { TripRule } from './types.js';

/**
 * Opens after a number of failures in a row.
 *
 * @param threshold - how many. Default 5
 */
export function consecutiveFailures(threshold = 5): TripRule {
  let inARow = 0;
  return {
    name: 'consecutive-failures',
    record(failed) {
      inARow = failed ? inARow + 1 : 0;
      return inARow >= threshold;
    },
    reset() {
      inARow = 0;
    },
  };
}
