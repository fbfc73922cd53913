import { appendHistory, type HistoryEntry } from './history.js';
import type { BreakerState, Transition } from './types.js';

/** What is not written yet when the disk is slow; beyond it the oldest is forgotten. */
const mostPending = 1000;

/** Writes one instance's transitions into the history, outside of any call. */
export class HistoryWriter {
  readonly #path: string;
  readonly #instance: string;
  readonly #onError: (error: unknown) => void;
  #pending: HistoryEntry[] = [];
  #writing: Promise<void> | undefined;

  constructor(path: string, instance: string, onError: (error: unknown) => void) {
    this.#path = path;
    this.#instance = instance;
    this.#onError = onError;
  }

  /** Returns at once. */
  add({ breaker, from, to, at }: Transition): void {
    const reason = reasonOf(to);
    this.#pending.push({
      kind: 'transition',
      at: new Date(at).toISOString(),
      breaker,
      instance: this.#instance,
      from: from.kind,
      to: to.kind,
      ...(reason === undefined ? {} : { reason }),
    });
    if (this.#pending.length > mostPending) this.#pending.shift();
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Waits until all that was added is written, or could not be. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // Never within the call that made the breaker change.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      await appendHistory(this.#path, batch).catch(this.#onError);
    }
  }
}

function reasonOf(state: BreakerState): string | undefined {
  if (state.kind === 'open') return state.reason;
  return 'override' in state ? state.override.reason : undefined;
}
