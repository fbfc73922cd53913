import type { TripRule } from './types.js';

/**
 * Opens when too large a share of the window's calls failed.
 *
 * @param rate - the share, above 0 and up to 1. Default 0.5
 * @param minimumCalls - how many calls there must be in the window at least. Default 20
 */
export function failureRate(rate = 0.5, minimumCalls = 20): TripRule {
  return {
    name: 'failure-rate',
    trips: ({ calls, failures }) => calls >= minimumCalls && failures >= rate * calls,
  };
}
