import type { TripRule } from './types.js';

/**
 * Opens when too large a share of the window's calls was slow.
 *
 * @param rate - the share, above 0 and up to 1
 * @param minimumCalls - how many calls there must be in the window at least. Default 20
 */
export function slowCallRate(rate: number, minimumCalls = 20): TripRule {
  return {
    name: 'slow-call-rate',
    trips: ({ calls, slow }) => calls >= minimumCalls && slow >= rate * calls,
  };
}
