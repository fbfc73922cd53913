/**
 * Circuit breakers: a permit is taken before a call and settled after it, both synchronously.
 *
 * @module
 */
export { Breaker } from './breaker.js';
export { breakerName, parseBreakerName } from './breaker-name.js';
export { Breakers, type BreakersOptions } from './breakers.js';
export { consecutiveFailures } from './consecutive-failures.js';
export { type FailureRateOptions, failureRate } from './failure-rate.js';
export type * from './types.js';
