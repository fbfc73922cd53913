/** A limit in time that the caller may cut short. */
export interface Deadline extends Disposable {
  /** Fires at whichever comes first. */
  readonly signal: AbortSignal;
  /** What has fired. */
  readonly ended: 'not yet' | 'expired' | 'given up';
}

/** The reason of a signal whose time is up: tells our own deadline from a caller that gives up. */
export class DeadlineExpired extends DOMException {
  constructor(/** What the limit was, in milliseconds. */ readonly ms: number) {
    super('The deadline has passed.', 'TimeoutError');
  }
}

/** A timer longer than this, in ms, would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Starts a deadline. `AbortSignal.any` would do, but keeps a reference on a caller's long-lived signal in Node 20.
 *
 * @param ms - milliseconds; `Infinity` for no limit
 * @param caller - the caller's signal
 */
export function startDeadline(ms: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let ended: Deadline['ended'] = 'not yet';
  const end = (how: 'expired' | 'given up', reason: unknown) => {
    if (ended !== 'not yet') return;
    ended = how;
    controller.abort(reason);
  };
  const expire = () => end('expired', new DeadlineExpired(ms));
  const timer = setTimeout(expire, Math.min(ms, longestTimerMs));
  const giveUp = () => end('given up', caller?.reason);
  if (caller?.aborted) giveUp();
  caller?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', giveUp);
    },
  };
}
