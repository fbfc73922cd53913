import type { ProcessStatus, Status } from '../control/protocol.js';
import { headline } from '../text/headline.js';

export type StartVerdict = { kind: 'ready' } | { kind: 'pending' } | { kind: 'failed'; reasons: string[] };

/** Whether a start has succeeded, goes on, or will not succeed by itself: a failed build, or the same crash again and again. */
export function judgeStart({ processes }: Pick<Status, 'processes'>): StartVerdict {
  if (processes.length > 0 && processes.every(({ state }) => state === 'ready')) return { kind: 'ready' };
  const failed = processes.filter(hasFailed);
  if (failed.length === 0) return { kind: 'pending' };
  return { kind: 'failed', reasons: failed.map(reasonOf) };
}

/** In one line: what a build has said is shown as it happens. */
function reasonOf({ name, service, detail, lastCrash }: ProcessStatus): string {
  const reason = headline(detail ?? lastCrash ?? '');
  return reason.startsWith(`${service} `) ? reason : `${name}: ${reason}`;
}

/** One crash may be a race with something that just starts; the third is no accident. */
function hasFailed({ state, restarts }: ProcessStatus): boolean {
  return state === 'failed' || (state === 'backing-off' && restarts >= 2);
}
