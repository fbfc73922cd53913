interface Waiter {
  names: readonly string[];
  resolve(): void;
}

/** Those who wait until others are ready. */
export class ReadyWaiters {
  readonly #waiters = new Set<Waiter>();

  async wait(names: readonly string[], signal: AbortSignal, isReady: (name: string) => boolean): Promise<void> {
    signal.throwIfAborted();
    if (names.every(isReady)) return;
    let onAbort = () => {};
    let waiter: Waiter | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { names, resolve };
        this.#waiters.add(waiter);
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (waiter) this.#waiters.delete(waiter);
    }
  }

  /** Somebody's state changed: lets go who waits for nothing more. */
  settle(isReady: (name: string) => boolean): void {
    for (const waiter of this.#waiters) if (waiter.names.every(isReady)) waiter.resolve();
  }
}
