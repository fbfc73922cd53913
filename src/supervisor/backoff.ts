/** How long to wait before the next start of what crashed. */
export interface Backoff {
  /** @param healthyMs how long it was healthy before this crash */
  next(healthyMs: number): number;
  reset(): void;
}

/** Doubles from `baseMs` to `maxMs`, and begins anew after `resetAfterMs` of health. */
export function doublingBackoff({ baseMs = 200, maxMs = 10_000, resetAfterMs = 30_000 } = {}): Backoff {
  let nextMs = baseMs;
  return {
    next: (healthyMs) => {
      if (healthyMs >= resetAfterMs) nextMs = baseMs;
      const delayMs = nextMs;
      nextMs = Math.min(nextMs * 2, maxMs);
      return delayMs;
    },
    reset: () => {
      nextMs = baseMs;
    },
  };
}
