import type { RetryBudget } from '@mscli/runtime/policies';
import type { Exchange } from '../exchange.js';
import { isIdempotent } from '../headers/idempotent.js';

/** What came of an attempt, for the question whether there is another: a status, or a connection that broke off. */
export type AttemptResult = number | 'broken';

/** When a request of a route is repeated. */
export interface RetryRule {
  /** How often at most. */
  readonly attempts: number;
  readonly statuses: ReadonlySet<number>;
  readonly budget: RetryBudget;
}

/** Whether to repeat a request whose body is still there; spends of the budget when it may be. */
export function mayRepeat(rule: RetryRule, exchange: Exchange, result: AttemptResult, repeated: number): boolean {
  if (result !== 'broken' && !rule.statuses.has(result)) return false;
  return repeated < rule.attempts && isIdempotent(exchange) && rule.budget.withdraw();
}
