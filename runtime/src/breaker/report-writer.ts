/** What to write, and how often at most. */
export interface ReportWriterOptions {
  /** Writes how things are at that moment. */
  write: () => Promise<void>;
  /** How long to gather requests, in milliseconds. */
  delayMs: number;
  /** The least time between two writes, in milliseconds. */
  intervalMs: number;
  /** Told of a failed write, which is tried again. */
  onError: (error: unknown) => void;
}

const retryMs = 1000;

/** Writes soon after it was asked to: once for many requests, one write at a time, again after a failure. */
export class ReportWriter {
  readonly #options: ReportWriterOptions;
  #state:
    | { kind: 'idle' }
    | { kind: 'waiting'; timer: NodeJS.Timeout }
    | { kind: 'writing'; again: boolean }
    | { kind: 'stopped' } = { kind: 'idle' };
  #writing: Promise<void> = Promise.resolve();
  #notBefore = 0;

  constructor(options: ReportWriterOptions) {
    this.#options = options;
  }

  /** Asks for a write; returns at once. */
  request(): void {
    if (this.#state.kind === 'writing') this.#state.again = true;
    else if (this.#state.kind === 'idle') this.#wait(this.#options.delayMs);
  }

  /** Ends it: nothing is written from then on. Waits for a write under way. */
  async stop(): Promise<void> {
    if (this.#state.kind === 'waiting') clearTimeout(this.#state.timer);
    this.#state = { kind: 'stopped' };
    await this.#writing;
  }

  #wait(leastMs: number): void {
    const wait = Math.max(leastMs, this.#notBefore - performance.now());
    const timer = setTimeout(() => {
      this.#writing = this.#write();
    }, wait).unref();
    this.#state = { kind: 'waiting', timer };
  }

  async #write(): Promise<void> {
    const writing = { kind: 'writing' as const, again: false };
    this.#state = writing;
    let leastMs = this.#options.delayMs;
    try {
      await this.#options.write();
    } catch (error) {
      writing.again = true;
      leastMs = retryMs;
      this.#options.onError(error);
    }
    this.#notBefore = performance.now() + this.#options.intervalMs;
    if (this.#state !== writing) return;
    if (writing.again) this.#wait(leastMs);
    else this.#state = { kind: 'idle' };
  }
}
