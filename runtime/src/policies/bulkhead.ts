/** How many calls may be under way. */
export interface BulkheadOptions {
  /** Calls at once. Default 256. */
  limit?: number;
  /** Calls that wait for their turn. Default 256. */
  queue?: number;
}

/** The place of one call; give it back. */
export type Place = Disposable;

interface Waiting {
  enter(): void;
}

/** Limits the calls to one callee, so that a slow one does not take all of the caller's memory and sockets (M. Nygard, "Bulkheads"). */
export class Bulkhead {
  readonly #limit: number;
  readonly #most: number;
  readonly #waiting = new Set<Waiting>();
  #inside = 0;

  constructor({ limit = 256, queue = 256 }: BulkheadOptions = {}) {
    this.#limit = limit;
    this.#most = queue;
  }

  /**
   * Waits for a place.
   *
   * @param signal - ends the wait; the promise rejects with its reason
   * @returns undefined when there are too many waiting already
   */
  async enter(signal: AbortSignal): Promise<Place | undefined> {
    signal.throwIfAborted();
    if (this.#inside >= this.#limit) {
      if (this.#waiting.size >= this.#most) return undefined;
      await this.#turn(signal);
    } else {
      this.#inside += 1;
    }
    return this.#place();
  }

  /** Resolves when a place was handed over, which then counts as taken. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        enter: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #place(): Place {
    let isGivenBack = false;
    return {
      [Symbol.dispose]: () => {
        if (isGivenBack) return;
        isGivenBack = true;
        this.#leave();
      },
    };
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}
