/** How a process ended: with an exit code, by a signal, or because it could not be started at all. */
export type Exit =
  | { kind: 'code'; code: number }
  | { kind: 'signal'; signal: string }
  | { kind: 'error'; message: string };

/** Something that was started, and the one way to end it. */
export interface Running {
  /** Absent for what is no process of ours: a container, a broker that somebody else runs. */
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks it to end, waits up to the deadline, then kills it; resolves when it is gone. */
  stop(deadlineMs: number): Promise<void>;
}

export function describeExit(exit: Exit): string {
  switch (exit.kind) {
    case 'code':
      return `it ended with exit code ${exit.code}`;
    case 'signal':
      return `it was killed by ${exit.signal}`;
    case 'error':
      return `it could not be started: ${exit.message}`;
    default:
      return exit satisfies never;
  }
}
