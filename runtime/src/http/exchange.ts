import type { Dispatcher } from 'undici';
import type { Breaker } from '../breaker/breaker.js';
import { retryAfterMs } from '../breaker/retry-after.js';
import type { Outcome } from '../breaker/types.js';
import { CallError } from './call-error.js';
import { type CallName, connectionFailed, noInstance, refused, timedOut, unusableAnswer } from './call-failures.js';
import { type Deadline, DeadlineExpired, startDeadline } from './deadline.js';
import type { InstancePools } from './instance-pools.js';
import { BodyTooLarge, readBody } from './read-body.js';
import type { Answer } from './types.js';

/** One attempt at a call. */
export interface Attempt {
  call: CallName;
  headers: Record<string, string>;
  body: string | null;
  breaker: Breaker;
  pools: InstancePools;
  maxBodyBytes: number;
  /** How long it may take, in milliseconds. */
  timeoutMs: number;
  /** Gives it up. */
  signal: AbortSignal;
}

/**
 * Asks the breaker for a permit, sends the request to the next instance, and reads the answer as text. Settles the permit exactly
 * once, whatever happens.
 *
 * @throws CallError for whatever went wrong but the status
 * @throws the signal's reason
 */
export async function exchange(attempt: Attempt): Promise<Answer<string>> {
  const { call, breaker, pools, timeoutMs } = attempt;
  attempt.signal.throwIfAborted();
  const permit = breaker.acquire();
  if (permit === undefined) throw refused(call, breaker.retryAfterMs());
  const startedAt = performance.now();
  using deadline = startDeadline(timeoutMs, attempt.signal);
  try {
    const instance = pools.next(call.service);
    if (instance === undefined) throw noInstance(call);
    const { statusCode, headers, body } = await pools.to(instance).request({
      method: call.method as Dispatcher.HttpMethod,
      path: call.path,
      headers: attempt.headers,
      body: attempt.body,
      signal: deadline.signal,
    });
    const text = await readBody(body, attempt.maxBodyBytes);
    const outcome = breaker.outcomeOf({ kind: 'answer', status: statusCode });
    permit.settle(outcome, performance.now() - startedAt, retryAfterMs(statusCode, headers['retry-after']));
    return { status: statusCode, headers, body: text };
  } catch (cause) {
    const { outcome, error } = judge(attempt, cause, deadline);
    permit.settle(outcome, performance.now() - startedAt);
    throw error;
  }
}

/** What a failed exchange says about the callee, and to the caller. */
function judge(
  { call, breaker }: Attempt,
  cause: unknown,
  { signal, ended }: Deadline,
): { outcome: Outcome; error: unknown } {
  const { reason } = signal;
  // The attempt's own limit, or the whole call's.
  if (reason instanceof DeadlineExpired) {
    return { outcome: breaker.outcomeOf({ kind: 'timeout' }), error: timedOut(call, reason.ms, cause) };
  }
  if (ended === 'given up') return { outcome: 'ignored', error: reason };
  // The callee is well, it is the caller that cannot take the answer or that asked for something impossible.
  if (cause instanceof BodyTooLarge) {
    return { outcome: 'success', error: unusableAnswer(call, 'a body above the limit', cause) };
  }
  if (cause instanceof CallError || isInvalidArgument(cause)) return { outcome: 'ignored', error: cause };
  return { outcome: breaker.outcomeOf({ kind: 'connection-error' }), error: connectionFailed(call, cause) };
}

/** Undici's `InvalidArgumentError`: nothing was sent. */
function isInvalidArgument(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_INVALID_ARG';
}
