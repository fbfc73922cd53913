import type { RetryBudget } from './retry-budget.js';

const late = Symbol('late');

/** How a call is hedged. */
export interface HedgeOptions {
  /** How long to wait for the first before the second is made, in milliseconds. */
  afterMs: number;
  /** Pays for the second. */
  budget: RetryBudget;
  /** Ends both. */
  signal: AbortSignal;
}

/**
 * Makes a call a second time when the first takes long, and takes what succeeds first; the other is aborted (J. Dean, L. A. Barroso,
 * "The Tail at Scale"). Only for calls that may be made twice. When both fail, the first's error is thrown.
 */
export async function hedge<T>(
  call: (signal: AbortSignal) => Promise<T>,
  { afterMs, budget, signal }: HedgeOptions,
): Promise<T> {
  signal.throwIfAborted();
  const controllers: AbortController[] = [];
  const begin = () => {
    const controller = new AbortController();
    controllers.push(controller);
    return call(controller.signal);
  };
  const giveUp = () => {
    for (const controller of controllers) controller.abort(signal.reason);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    const first = begin();
    const isLate = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), afterMs);
    });
    const early = await Promise.race([first, isLate]);
    if (early !== late) return early;
    if (signal.aborted || !budget.withdraw()) return await first;
    return await firstToSucceed(first, begin());
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    // Whoever is still under way has lost; the one that has ended takes no notice.
    for (const controller of controllers)
      controller.abort(new DOMException('The other call was quicker.', 'AbortError'));
  }
}

async function firstToSucceed<T>(first: Promise<T>, second: Promise<T>): Promise<T> {
  try {
    return await Promise.any([first, second]);
  } catch {
    return await first;
  }
}
