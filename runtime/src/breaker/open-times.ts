import { openDuration } from './open-duration.js';
import type { BreakerOptions } from './types.js';

/** A callee that asks to be left alone for a week has made a mistake. */
const longestRetryAfterMs = 3_600_000;

/** Knows until when a breaker that opens now must stay open: longer each time, until it has been well in between. */
export class OpenTimes {
  /** Openings since the breaker was last well. */
  #openings = 0;
  #lastMs = 0;
  /** Until when the callee asked to be left alone. */
  #notBefore = Number.NEGATIVE_INFINITY;

  /**
   * @param closedSince - when it closed, if it is closed; well is a breaker that stayed closed for as long as it was open before
   * @returns when calls may pass on trial, in milliseconds since 1970
   */
  next(options: BreakerOptions, closedSince: number | undefined, now: number): number {
    const { openMs = 30_000, maxOpenMs = 300_000, random = Math.random } = options;
    const wasWell = closedSince !== undefined && now - closedSince >= this.#lastMs;
    this.#openings = wasWell ? 1 : this.#openings + 1;
    this.#lastMs = openDuration(openMs, maxOpenMs, this.#openings, random());
    // What was asked for before the clock was set back is out of reach.
    const asked = this.#notBefore - now <= longestRetryAfterMs ? this.#notBefore : now;
    return Math.max(now + this.#lastMs, asked);
  }

  /** The callee asks to be left alone; returns until when it has asked so far. */
  leaveAlone(ms: number, now: number): number {
    this.#notBefore = Math.max(this.#notBefore, now + Math.min(ms, longestRetryAfterMs));
    return this.#notBefore;
  }

  /** Starts afresh. */
  forget(): void {
    this.#openings = 0;
    this.#lastMs = 0;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}
