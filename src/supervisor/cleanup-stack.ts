type Step = (() => void | Promise<void>) | Disposable | AsyncDisposable;

/** What was set up, to be taken down in reverse order, once; a step that fails does not keep the others from running. */
export class CleanupStack {
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  add(step: Step): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await takeDown(step).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}

async function takeDown(step: Step): Promise<void> {
  if (typeof step === 'function') return step();
  if (Symbol.asyncDispose in step) await step[Symbol.asyncDispose]();
  else step[Symbol.dispose]();
}
