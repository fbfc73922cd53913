/** A signal of its own that follows others until it is disposed. */
export interface Linked extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

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

/** The same for what must end with its scope, such as a sleep that lost a race: it aborts when it is disposed. */
export function scopedSignal(...signals: readonly (AbortSignal | undefined)[]): Linked {
  const linked = linkedSignal(...signals);
  return {
    ...linked,
    [Symbol.dispose]: () => {
      linked[Symbol.dispose]();
      // A plain value, because an error would cost its stack.
      linked.abort('over');
    },
  };
}
