/**
 * Circuit breakers: a permit is taken before a call and settled after it, both synchronously.
 *
 * @module
 */
export { Breaker, type CallCounts } from './breaker.js';
export { breakerFamilies } from './breaker-families.js';
export { breakerName, parseBreakerName } from './breaker-name.js';
export { Breakers, type BreakersOptions } from './breakers.js';
export { type CallResult, isFailure } from './call-result.js';
export { consecutiveFailures } from './consecutive-failures.js';
export { failureRate } from './failure-rate.js';
export { appendHistory, type HistoryEntry, historyPath, readHistory } from './history.js';
export { mergeSettings } from './merge-settings.js';
export { retryAfterMs } from './retry-after.js';
export { slowCallRate } from './slow-call-rate.js';
export type * from './types.js';
