/** Where a process is in its life. Each state carries only its own fields; times are milliseconds since the epoch. */
export type ProcessState =
  | { kind: 'waiting'; for: readonly string[] }
  | { kind: 'building'; since: number }
  | { kind: 'starting'; since: number; pid: number | undefined }
  | { kind: 'ready'; since: number; pid: number | undefined }
  | { kind: 'unhealthy'; since: number; pid: number | undefined; reason: string }
  | { kind: 'backing-off'; until: number; reason: string }
  | { kind: 'stopping'; since: number; pid: number | undefined }
  | { kind: 'stopped' }
  /** Not running, and nothing but a change or a restart will make it run. */
  | { kind: 'failed'; reason: string };

const allowed: Record<ProcessState['kind'], readonly ProcessState['kind'][]> = {
  waiting: ['building', 'starting', 'stopped'],
  building: ['waiting', 'starting', 'failed', 'stopped'],
  starting: ['ready', 'backing-off', 'stopping', 'failed', 'stopped'],
  ready: ['unhealthy', 'backing-off', 'stopping'],
  unhealthy: ['ready', 'backing-off', 'stopping'],
  'backing-off': ['starting', 'building', 'waiting', 'stopped'],
  stopping: ['stopped', 'starting', 'waiting', 'building', 'backing-off'],
  stopped: ['waiting', 'building', 'starting'],
  failed: ['waiting', 'building', 'starting', 'stopped'],
};

/** Whether a process may go from one state to the next; the one place that knows. */
export function mayFollow(from: ProcessState, to: ProcessState): boolean {
  return from.kind === to.kind || allowed[from.kind].includes(to.kind);
}

/** The process id of a state in which something runs. */
export function pidOf(state: ProcessState): number | undefined {
  return 'pid' in state ? state.pid : undefined;
}
