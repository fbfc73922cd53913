/** How the waiting for a place ended; `unknown` where those who count could not be asked. */
export type Waited = 'entered' | 'full' | 'too-late' | 'gone' | 'unknown';

/** Somebody who waits; `abandon` ends it. */
export interface Waiting {
  readonly waited: Promise<Waited>;
  abandon(): void;
}

export interface BulkheadRule {
  limit: number;
  queue: number;
  waitMs: number;
}

interface Waiter {
  enter(): void;
}

/** Lets so many in at once and has a few more wait for their turn, first come, first served. */
export class Bulkhead {
  #running = 0;
  /** In the order of their coming. */
  readonly #waiting = new Set<Waiter>();

  constructor(readonly rule: BulkheadRule) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A place, a place in the queue, or neither. */
  enter(): boolean | Waiting {
    return this.tryEnter() || (this.queueUp() ?? false);
  }

  /** Each true needs a {@link leave}. */
  tryEnter(): boolean {
    // Whoever waits comes first.
    if (this.#running >= this.rule.limit || this.#waiting.size > 0) return false;
    this.#running += 1;
    return true;
  }

  /** Undefined where the queue is full. `abandon` ends the waiting; each `entered` needs a {@link leave}. */
  queueUp(): Waiting | undefined {
    if (this.#waiting.size >= this.rule.queue) return undefined;
    let abandon = () => {};
    const waited = new Promise<Waited>((resolve) => {
      const end = (how: Waited) => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(how);
      };
      const waiter = { enter: () => end('entered') };
      const timer = setTimeout(() => end('too-late'), this.rule.waitMs);
      abandon = () => end('gone');
      this.#waiting.add(waiter);
    });
    return { waited, abandon };
  }

  leave(): void {
    const [next] = this.#waiting;
    // The place goes on to the next one, and is never free in between.
    if (next !== undefined) next.enter();
    else this.#running -= 1;
  }
}
