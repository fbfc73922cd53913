/** Longer delays overflow Node's timers. */
const LONGEST_MS = 0x7fff_ffff;

/** One timer for the earliest of many moments: setting a later moment than the one it waits for costs nothing. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Number.POSITIVE_INFINITY;
  private readonly ring: () => void;

  constructor(ring: () => void) {
    this.ring = ring;
  }

  /** Rings at the moment, or earlier when it was set for an earlier one. */
  set(moment: number, now: number): void {
    if (moment >= this.at) return;
    this.clear();
    this.at = moment;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.at = Number.POSITIVE_INFINITY;
        this.ring();
      },
      Math.min(Math.max(moment - now, 0), LONGEST_MS),
    );
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.at = Number.POSITIVE_INFINITY;
  }
}
