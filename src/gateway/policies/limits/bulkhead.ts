/** How the waiting for a place ended. */
export type Waited = 'entered' | 'too-late' | 'gone';

interface Waiter {
  enter(): void;
}

/** Lets so many in at once and has a few more wait for their turn, first come, first served. */
export class Bulkhead {
  #running = 0;
  /** In the order of their coming. */
  readonly #waiting = new Set<Waiter>();

  constructor(readonly rule: { limit: number; queue: number; waitMs: number }) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Each true needs a {@link leave}. */
  tryEnter(): boolean {
    // Whoever waits comes first.
    if (this.#running >= this.rule.limit || this.#waiting.size > 0) return false;
    this.#running += 1;
    return true;
  }

  /** Undefined where the queue is full. `abandon` ends the waiting; each `entered` needs a {@link leave}. */
  queueUp(): { waited: Promise<Waited>; abandon(): void } | undefined {
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
