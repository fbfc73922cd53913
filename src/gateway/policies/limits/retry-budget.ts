const SHARE = 0.2;
const PER_SECOND = 10;
/** What can be saved up. */
const MOST_SAVED = 100;

/**
 * How many requests may be repeated: a fifth of those that came, and ten a second besides, so that repeating never becomes
 * the load that keeps a service down.
 */
export class RetryBudget {
  #earned = 0;
  #reserve = PER_SECOND;
  #at: number;

  constructor(readonly now: () => number = () => performance.now()) {
    this.#at = now();
  }

  /** A request came. */
  earn(): void {
    this.#earned = Math.min(MOST_SAVED, this.#earned + SHARE);
  }

  /** Whether one may be repeated now, which costs. */
  spend(): boolean {
    const now = this.now();
    this.#reserve = Math.min(PER_SECOND, this.#reserve + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (this.#earned >= 1) this.#earned -= 1;
    else if (this.#reserve >= 1) this.#reserve -= 1;
    else return false;
    return true;
  }
}
