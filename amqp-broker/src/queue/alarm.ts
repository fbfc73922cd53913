/** Longer delays overflow Node's timers. */
const LONGEST_MS = 0x7fff_ffff;

/** One timer for the earliest of many moments: setting a later moment than the one it waits for costs nothing. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Number.POSITIVE_INFINITY;
  private readonly ring: () => void;
  private readonly now: () => number;

  /** `now` gives milliseconds since the epoch. */
  constructor(ring: () => void, now: () => number) {
    this.ring = ring;
    this.now = now;
  }

  /** Rings at the moment, or earlier when it was set for an earlier one. */
  set(moment: number): void {
    if (moment >= this.at) return;
    this.clear();
    this.at = moment;
    this.timer = setTimeout(() => this.wake(), Math.min(Math.max(moment - this.now(), 0), LONGEST_MS));
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.at = Number.POSITIVE_INFINITY;
  }

  private wake(): void {
    const moment = this.at;
    this.clear();
    if (this.now() < moment) this.set(moment);
    else this.ring();
  }
}
