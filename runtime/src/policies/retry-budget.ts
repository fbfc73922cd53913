/** How many further attempts calls may cause. */
export interface RetryBudgetOptions {
  /** Further attempts for each call, such as 0.2 for one in five. Default 0.2. */
  ratio?: number;
  /** Further attempts a second that are always allowed, for callers with few calls. Default 10. */
  perSecond?: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

/** What was not used up is kept for so many seconds at most. */
const keptSeconds = 10;

/**
 * Keeps retries from multiplying the load of a callee that is already failing (Google SRE Book, "Handling Overload"; Finagle's
 * RetryBudget): a share of the calls made, and a few a second.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  /** What may still be spent of the share of calls, and of the few a second. */
  #earned = 0;
  #granted: number;
  #grantedAt: number;

  constructor({ ratio = 0.2, perSecond = 10, now = () => performance.now() }: RetryBudgetOptions = {}) {
    this.#ratio = ratio;
    this.#perSecond = perSecond;
    this.#now = now;
    this.#granted = perSecond;
    this.#grantedAt = now();
  }

  /** A call is made: it earns its share. */
  deposit(): void {
    this.#earned = Math.min(this.#earned + this.#ratio, this.#perSecond * keptSeconds);
  }

  /** Asks for one further attempt. */
  withdraw(): boolean {
    const now = this.#now();
    this.#granted = Math.min(this.#perSecond, this.#granted + ((now - this.#grantedAt) / 1000) * this.#perSecond);
    this.#grantedAt = now;
    if (this.#granted >= 1) {
      this.#granted -= 1;
      return true;
    }
    if (this.#earned < 1) return false;
    this.#earned -= 1;
    return true;
  }
}
