/** Runs tasks of the same key one after another, and all others at once. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run(key: string | undefined, task: () => Promise<void>): Promise<void> {
    if (key === undefined) return task();
    const current = (this.#last.get(key) ?? Promise.resolve()).then(task, task);
    this.#last.set(key, current);
    const forget = () => {
      if (this.#last.get(key) === current) this.#last.delete(key);
    };
    current.then(forget, forget);
    return current;
  }
}
