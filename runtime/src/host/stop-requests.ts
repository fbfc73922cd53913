/** Why a process should stop. */
export interface StopReason {
  /** Such as `SIGTERM`. */
  readonly name: string;
  readonly failed: boolean;
}

/** The requests to stop that reach a process. */
export interface StopRequests {
  /** Resolves with the first one. */
  readonly first: Promise<StopReason>;
  /** Asks for a stop because the service cannot go on. */
  fail(error: Error): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ctrl-C in a terminal reaches the whole group, and the parent's SIGTERM follows: both are one request. */
const sameRequestMs = 1000;

/**
 * Listens for SIGTERM, SIGINT and the end of the IPC channel, where there is one. A second signal ends the process at
 * once, with the exit code that the signal would have given.
 */
export function stopRequests(process: NodeJS.Process, exit: (code: number) => void): StopRequests {
  const seen = new Set<string>();
  let since: number | undefined;
  let ask: (reason: StopReason) => void = () => {};
  const first = new Promise<StopReason>((resolve) => {
    ask = (reason) => {
      since ??= performance.now();
      resolve(reason);
    };
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const again = seen.has(signal) || (since !== undefined && performance.now() - since > sameRequestMs);
      seen.add(signal);
      if (again) exit(exitCodes[signal]);
      else ask({ name: signal, failed: false });
    });
  }
  if (process.channel) {
    process.once('disconnect', () => ask({ name: 'the end of the parent', failed: false }));
    if (!process.connected) ask({ name: 'the end of the parent', failed: false });
  }
  return { first, fail: (error) => ask({ name: error.message, failed: true }) };
}
