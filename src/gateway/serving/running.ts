/** One request that is being served. */
export interface Run extends Disposable {
  /** It has no end of its own, as a WebSocket or server-sent events: stopping does not wait for it. */
  markEndless(): void;
}

/** What can be ended before its time. */
export interface Cuttable {
  cut(): void;
}

/** What is being served at the moment, so that stopping can wait for it and cut the rest. */
export class Running {
  readonly #finite: Entry[] = [];
  readonly #endless: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  begin(request: Cuttable): Run {
    return new Entry(request, this.#finite, this.#endless, this.#tellIdle);
  }

  /** Resolves when nothing runs but what is endless, at the latest when the signal aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    if (this.#finite.length === 0 || signal.aborted) return;
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

  /** How many requests run, and how many of what has no end of its own. */
  get counts(): { finite: number; endless: number } {
    return { finite: this.#finite.length, endless: this.#endless.length };
  }

  cutAll(): void {
    for (const { request } of [...this.#finite, ...this.#endless]) request.cut();
  }

  readonly #tellIdle = (): void => {
    if (this.#finite.length === 0) for (const done of [...this.#waiting]) done();
  };
}

/**
 * A run knows its place in the list, and the last one fills the gap that it leaves: a Set of so short-lived entries would
 * be built anew again and again.
 */
class Entry implements Run {
  #list: Entry[];
  #place: number;

  constructor(
    readonly request: Cuttable,
    finite: Entry[],
    readonly endless: Entry[],
    readonly onChange: () => void,
  ) {
    this.#list = finite;
    this.#place = finite.push(this) - 1;
  }

  markEndless(): void {
    if (!this.#leave()) return;
    this.#list = this.endless;
    this.#place = this.endless.push(this) - 1;
    this.onChange();
  }

  [Symbol.dispose](): void {
    if (this.#leave()) this.onChange();
  }

  #leave(): boolean {
    if (this.#list[this.#place] !== this) return false;
    const last = this.#list.pop();
    if (last !== undefined && last !== this) {
      this.#list[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = -1;
    return true;
  }
}
