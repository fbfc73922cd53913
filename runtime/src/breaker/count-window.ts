import type { CallWindow } from './types.js';

const failedMark = 1;
const slowMark = 2;

/** The last so many calls, in a ring. */
export class CountWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #ring: Uint8Array;
  #next = 0;

  /** @param size - how many calls */
  constructor(size: number) {
    this.#ring = new Uint8Array(size);
  }

  record(failed: boolean, slow: boolean, _now: number): void {
    const ring = this.#ring;
    const next = this.#next;
    if (this.calls === ring.length) {
      const oldest = ring[next] as number;
      if (oldest !== 0) {
        this.failures -= oldest & failedMark;
        this.slow -= (oldest & slowMark) >> 1;
      }
    } else {
      this.calls += 1;
    }
    let mark = 0;
    if (failed) {
      mark = failedMark;
      this.failures += 1;
    }
    if (slow) {
      mark |= slowMark;
      this.slow += 1;
    }
    ring[next] = mark;
    this.#next = next + 1 === ring.length ? 0 : next + 1;
  }

  clear(): void {
    this.calls = 0;
    this.failures = 0;
    this.slow = 0;
    this.#next = 0;
  }
}
