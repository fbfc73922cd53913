/** Where a process is in its life. Each state carries only its own fields; times are milliseconds since the epoch. */
export type ProcessState =
  | { kind: 'stopped' }
  | { kind: 'building' }
  | { kind: 'waiting'; for: readonly string[] }
  | { kind: 'starting'; since: number; pid: number | undefined }
  | { kind: 'ready'; since: number; pid: number | undefined }
  | { kind: 'unhealthy'; since: number; pid: number | undefined; reason: string }
  | { kind: 'stopping'; since: number; pid: number | undefined }
  | { kind: 'backing-off'; until: number; reason: string }
  /** Not running, and only a change of its files or a restart will make it run. */
  | { kind: 'failed'; reason: string };

type Kind = ProcessState['kind'];

const next: Record<Kind, readonly Kind[]> = {
  stopped: ['building', 'waiting', 'starting', 'backing-off', 'failed'],
  building: ['waiting', 'starting', 'backing-off', 'failed', 'stopped'],
  waiting: ['building', 'starting', 'backing-off', 'failed', 'stopped'],
  starting: ['ready', 'stopping', 'backing-off'],
  ready: ['unhealthy', 'stopping', 'backing-off'],
  unhealthy: ['ready', 'stopping', 'backing-off'],
  stopping: ['stopped', 'building', 'waiting', 'starting', 'backing-off', 'failed'],
  'backing-off': ['building', 'waiting', 'starting', 'backing-off', 'failed', 'stopped'],
  failed: ['building', 'waiting', 'starting', 'backing-off', 'stopped'],
};

/** Whether a process may go from one state to the other; the one place that knows. */
export function mayFollow(from: ProcessState, to: ProcessState): boolean {
  return next[from.kind].includes(to.kind) || (from.kind === to.kind && from.kind === 'stopped');
}

/** The process id in a state in which something runs. */
export function pidOf(state: ProcessState): number | undefined {
  return 'pid' in state ? state.pid : undefined;
}

/** Why a process is not ready, or what it waits for. */
export function detailOf(state: ProcessState): string | undefined {
  switch (state.kind) {
    case 'waiting':
      return `waits for ${state.for.join(', ')}`;
    case 'unhealthy':
    case 'backing-off':
    case 'failed':
      return state.reason;
    case 'stopped':
    case 'building':
    case 'starting':
    case 'ready':
    case 'stopping':
      return undefined;
    default:
      return state satisfies never;
  }
}
