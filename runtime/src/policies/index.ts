/**
 * What a call may have around it beside its breaker. Each is a small thing of its own; the HTTP client puts them together, from the
 * outside to the inside: fallback, deadline, retry with budget, hedging, bulkhead, breaker, timeout of the attempt.
 *
 * @module
 */
export { Bulkhead, type BulkheadOptions, type Place } from './bulkhead.js';
export { type HedgeOptions, hedge } from './hedge.js';
export { type RetryOptions, retry } from './retry.js';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';
