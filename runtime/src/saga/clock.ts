/** Time as the saga runner sees it. */
export interface Clock {
  /** Milliseconds since 1970, comparable between processes. */
  now(): number;
  /** Resolves with true after `ms`, or with false when the signal aborts before. */
  sleep(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/** A timer longer than this, in ms, would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Unlike that of `node:timers/promises` it makes no error when it is cut short: most timeouts of steps are. */
function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const cut = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', cut);
        resolve(true);
      },
      Math.min(ms, LONGEST_MS),
    );
    signal.addEventListener('abort', cut, { once: true });
  });
}
