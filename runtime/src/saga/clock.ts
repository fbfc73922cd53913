import { setTimeout as delay } from 'node:timers/promises';

/** Time as the saga runner sees it. */
export interface Clock {
  /** Milliseconds since 1970, comparable between processes. */
  now(): number;
  /** Resolves after `ms`, rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};
