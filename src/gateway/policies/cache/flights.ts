import { RecentMap } from '../limits/recent-map.js';

/** What became of the request that others wait for. */
export type Landing =
  /** Its answer is in the store. */
  | 'stored'
  /** Its client left before the answer was there: somebody else may go. */
  | 'left'
  /** It failed: each goes for itself. */
  | 'failed'
  /** Its answer is not for others, or has not come in time: each goes for itself, and for a while nobody waits again. */
  | 'useless';

const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 512;
const REMEMBERED_MS = 10_000;

/** Requests for answers that others wait for, so that many that miss the same at once make one. */
export class Flights {
  readonly #flying = new Map<string, Flight>();
  readonly #useless = new RecentMap<string, number>(MOST_REMEMBERED);

  constructor(readonly options: { waitMs: number; now: () => number }) {}

  /** The flight to wait for. */
  find(key: string): Flight | undefined {
    return this.#flying.get(key);
  }

  /** Undefined where nobody is to wait: somebody flies already, or the last answer was not for others. */
  begin(key: string): Flight | undefined {
    const { waitMs, now } = this.options;
    if (this.#flying.has(key) || (this.#useless.get(key) ?? 0) > now()) return undefined;
    const flight = new Flight(waitMs, (how) => {
      this.#flying.delete(key);
      if (how === 'useless' && key.length <= LONGEST_REMEMBERED) this.#useless.set(key, now() + REMEMBERED_MS);
    });
    this.#flying.set(key, flight);
    return flight;
  }
}

/** One request that others wait for. */
export class Flight {
  readonly #waiting = new Set<(how: Landing) => void>();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    readonly waitMs: number,
    readonly onLanded: (how: Landing) => void,
  ) {}

  /** Until it lands, which it does in time: whoever is slow holds nobody up for longer. `abandon` ends one's own waiting. */
  wait(): { landed: Promise<Landing>; abandon(): void } {
    this.#timer ??= setTimeout(() => this.land('useless'), this.waitMs);
    let abandon = () => {};
    const landed = new Promise<Landing>((resolve) => {
      const end = (how: Landing) => {
        this.#waiting.delete(end);
        resolve(how);
      };
      abandon = () => end('left');
      this.#waiting.add(end);
    });
    return { landed, abandon };
  }

  /** The first landing counts. */
  land(how: Landing): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.onLanded(how);
    for (const end of [...this.#waiting]) end(how);
  }
}
