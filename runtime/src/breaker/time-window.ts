import type { CallWindow } from './types.js';

/** In a bucket: calls, failures, slow calls. */
const width = 3;

/** The calls of the last while, in a ring of buckets: the oldest bucket falls out as a whole. */
export class TimeWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #counts: Int32Array;
  readonly #buckets: number;
  readonly #bucketMs: number;
  /** When the current bucket began and ends, in milliseconds since 1970. In an array, since a field would be boxed. */
  readonly #bounds = new Float64Array([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  #at = 0;

  /**
   * @param ms - how long, in milliseconds
   * @param buckets - in how many parts
   */
  constructor(ms: number, buckets = 10) {
    this.#buckets = buckets;
    this.#bucketMs = ms / buckets;
    this.#counts = new Int32Array(buckets * width);
  }

  record(failed: boolean, slow: boolean, now: number): void {
    const bounds = this.#bounds;
    if (now >= (bounds[1] as number)) this.#advance(now);
    // A clock that was set back a little still counts; set back further, nothing of the window can be dated any more.
    else if (now < (bounds[0] as number) - this.#bucketMs * this.#buckets) this.#restart(now);
    const counts = this.#counts;
    const at = this.#at;
    counts[at] = (counts[at] as number) + 1;
    this.calls += 1;
    if (failed) {
      counts[at + 1] = (counts[at + 1] as number) + 1;
      this.failures += 1;
    }
    if (slow) {
      counts[at + 2] = (counts[at + 2] as number) + 1;
      this.slow += 1;
    }
  }

  clear(): void {
    this.#counts.fill(0);
    this.calls = 0;
    this.failures = 0;
    this.slow = 0;
  }

  #advance(now: number): void {
    const bounds = this.#bounds;
    const passed = Math.floor((now - (bounds[1] as number)) / this.#bucketMs) + 1;
    if (!(passed < this.#buckets)) {
      this.#restart(now);
      return;
    }
    for (let step = 0; step < passed; step += 1) this.#dropOldest();
    bounds[0] = (bounds[0] as number) + passed * this.#bucketMs;
    bounds[1] = (bounds[0] as number) + this.#bucketMs;
  }

  /** The oldest bucket becomes the newest. */
  #dropOldest(): void {
    const counts = this.#counts;
    const at = this.#at + width === counts.length ? 0 : this.#at + width;
    this.calls -= counts[at] as number;
    this.failures -= counts[at + 1] as number;
    this.slow -= counts[at + 2] as number;
    counts.fill(0, at, at + width);
    this.#at = at;
  }

  #restart(now: number): void {
    this.clear();
    this.#bounds[0] = now;
    this.#bounds[1] = now + this.#bucketMs;
  }
}
