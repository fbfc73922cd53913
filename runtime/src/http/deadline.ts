/** A limit in time that the caller may cut short. */
export interface Deadline extends Disposable {
  /** Fires at whichever comes first. */
  readonly signal: AbortSignal;
  /** What has fired. */
  readonly ended: 'not yet' | 'expired' | 'given up';
}

/**
 * Starts a deadline. `AbortSignal.any` would do, but keeps a reference on a caller's long-lived signal in Node 20.
 *
 * @param ms - milliseconds
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
  const timer = setTimeout(() => end('expired', new DOMException('The deadline has passed.', 'TimeoutError')), ms);
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
