import { pause } from './pause.js';
import type { RetryBudget } from './retry-budget.js';

/** How a call is repeated. */
export interface RetryOptions {
  /** How often it is tried in all. */
  attempts: number;
  /** Whether the call may be repeated after this error. */
  isRetriable: (error: unknown) => boolean;
  /** How long the callee asked to be left alone, in milliseconds. */
  retryAfterMs?: (error: unknown) => number | undefined;
  /** How long is left for all of it, in milliseconds: nobody waits for an attempt that cannot end in time. */
  leftMs?: () => number;
  budget: RetryBudget;
  /** Ends the pauses; the promise rejects with its reason. */
  signal: AbortSignal;
  /** Of the first pause, in milliseconds; twice as long each time. Default 50. */
  baseMs?: number;
  /** From 0 up to 1. Default `Math.random`. */
  random?: () => number;
}

/**
 * Makes a call again when it failed, after a pause with full jitter, as long as attempts, budget and time are left. What was thrown
 * last is thrown.
 */
export async function retry<T>(call: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, isRetriable, budget, signal } = options;
  budget.deposit();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      if (attempt >= attempts || signal.aborted || !isRetriable(error)) throw error;
      const waitMs = pauseMs(attempt, error, options);
      if (waitMs >= (options.leftMs?.() ?? Number.POSITIVE_INFINITY) || !budget.withdraw()) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** Full jitter spreads many callers best (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). */
function pauseMs(attempt: number, error: unknown, options: RetryOptions): number {
  const { baseMs = 50, random = Math.random, retryAfterMs } = options;
  return Math.max(random() * baseMs * 2 ** (attempt - 1), retryAfterMs?.(error) ?? 0);
}
