/**
 * A signal that aborts when any of the given ones does, until it is disposed: unlike those of `AbortSignal.any` it leaves no
 * listener behind on a long-lived signal.
 */
export function linkedSignal(...signals: readonly (AbortSignal | undefined)[]): Linked {
  const controller = new AbortController();
  const release: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    release.push(() => signal.removeEventListener('abort', abort));
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => {
      for (const one of release) one();
    },
  };
}

/** A signal of its own that follows others. */
export interface Linked extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
