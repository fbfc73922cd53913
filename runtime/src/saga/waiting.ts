import type { Clock } from './clock.js';
import { linkedSignal, scopedSignal } from './linked-signal.js';

/** How long a wait may take, and what it throws then. */
export interface WaitLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly timeout: Error;
  readonly clock: Clock;
}

/** Runs a wait that ends at the latest with its signal or its time limit. */
export async function waiting<Result>(
  { signal, timeoutMs, timeout, clock }: WaitLimits,
  work: (until: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  using until = linkedSignal(signal);
  using timer = scopedSignal();
  if (timeoutMs !== undefined) {
    void clock.sleep(timeoutMs, timer.signal).then((elapsed) => elapsed && until.abort(timeout));
  }
  return await work(until.signal);
}
