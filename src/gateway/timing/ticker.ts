/** Who is told when a time is up. */
export interface Expiring {
  expire(): void;
}

/** One deadline that can be set again and again. */
export interface TickTimer extends Disposable {
  /** At least so many milliseconds from now, in place of what was set before. */
  set(ms: number): void;
  clear(): void;
}

/**
 * All deadlines of a gateway under one interval: to set one costs no more than an assignment, which for some timers a request is
 * less than a tenth of what system timers cost. They are late by up to two ticks, and never early.
 */
export class Ticker implements Disposable {
  readonly #tickMs: number;
  readonly #timers: Timer[] = [];
  readonly #interval: NodeJS.Timeout;
  #now = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
    this.#interval = setInterval(() => this.#tick(), tickMs).unref();
  }

  /** Not set yet. Dispose of it, or it is kept for ever. */
  timer(owner: Expiring): TickTimer {
    return new Timer(owner, this, this.#timers);
  }

  /** @internal The tick at which so many milliseconds have passed. */
  after(ms: number): number {
    return this.#now + Math.ceil(ms / this.#tickMs) + 1;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#interval);
  }

  #tick(): void {
    this.#now += 1;
    // From behind, since whoever expires may take itself out and the last one then takes its place.
    for (let i = this.#timers.length - 1; i >= 0; i--) this.#timers[i]?.tick(this.#now);
  }
}

class Timer implements TickTimer {
  #at = Number.POSITIVE_INFINITY;
  #place: number;

  constructor(
    readonly owner: Expiring,
    readonly ticker: Ticker,
    readonly timers: Timer[],
  ) {
    this.#place = timers.push(this) - 1;
  }

  set(ms: number): void {
    this.#at = this.ticker.after(ms);
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }

  tick(now: number): void {
    if (now < this.#at) return;
    this.clear();
    this.owner.expire();
  }

  [Symbol.dispose](): void {
    if (this.timers[this.#place] !== this) return;
    const last = this.timers.pop();
    if (last !== undefined && last !== this) {
      this.timers[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = -1;
  }
}
