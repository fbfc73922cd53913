/** One request that is being served. */
export interface Run extends Disposable {
  /** It has no end of its own, as a WebSocket or server-sent events: stopping does not wait for it. */
  markEndless(): void;
}

/** What is being served at the moment, so that stopping can wait for it and cut the rest. */
export class Running {
  readonly #finite = new Set<() => void>();
  readonly #endless = new Set<() => void>();
  readonly #waiting = new Set<() => void>();

  begin(cut: () => void): Run {
    this.#finite.add(cut);
    return {
      markEndless: () => {
        if (this.#finite.delete(cut)) this.#endless.add(cut);
        this.#tellIdle();
      },
      [Symbol.dispose]: () => {
        this.#finite.delete(cut);
        this.#endless.delete(cut);
        this.#tellIdle();
      },
    };
  }

  /** Resolves when nothing runs but what is endless, at the latest when the signal aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#finite.size === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  cutAll(): void {
    for (const cut of [...this.#finite, ...this.#endless]) cut();
  }

  #tellIdle(): void {
    if (this.#finite.size === 0) for (const done of [...this.#waiting]) done();
  }
}
