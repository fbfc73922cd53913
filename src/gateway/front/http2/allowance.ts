/** So much at once, and so much a second after that. */
export class Allowance {
  readonly #most: number;
  readonly #perMs: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor({ most, perSecond }: { most: number; perSecond: number }, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#perMs = perSecond / 1000;
    this.#now = now;
    this.#left = most;
    this.#at = now();
  }

  /** Takes one; false where none is left. */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
