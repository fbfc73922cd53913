import type { TripRule } from './types.js';

/**
 * Opens after a number of failures in a row.
 *
 * @param threshold - how many. Default 5
 * @param minimumCalls - how many calls there must be in the window at least. Default 0
 */
export function consecutiveFailures(threshold = 5, minimumCalls = 0): TripRule {
  return {
    name: 'consecutive-failures',
    trips: ({ calls }, inARow) => inARow >= threshold && calls >= minimumCalls,
  };
}
