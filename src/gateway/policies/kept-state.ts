/**
 * What the passes of the table remember, from one table to the next: a pass whose settings are the same goes on as the very
 * same one, so that no reload fills a bucket or empties a queue. What is of no use any more is disposed of, where it can be.
 */
export class KeptState {
  #known = new Map<string, unknown>();
  #next = new Map<string, unknown>();

  /** The value made earlier for the same place and settings, or a new one. */
  keep<T>(place: string, settings: unknown, make: () => T): T {
    const key = `${place} ${JSON.stringify(settings)}`;
    const value = this.#next.get(key) ?? this.#known.get(key) ?? make();
    this.#next.set(key, value);
    return value as T;
  }

  /** The table is built: forgets what it has no use for. */
  settle(): void {
    for (const [key, value] of this.#known) if (!this.#next.has(key) && isDisposable(value)) value[Symbol.dispose]();
    this.#known = this.#next;
    this.#next = new Map();
  }
}

function isDisposable(value: unknown): value is Disposable {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && Symbol.dispose in value;
}
