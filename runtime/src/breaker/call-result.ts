/** How a call ended, before anybody has judged what that says about the callee. */
export type CallResult =
  | { kind: 'answer'; status: number }
  /** No connection, or one that broke. */
  | { kind: 'connection-error' }
  | { kind: 'timeout' };

/**
 * The default of what counts as a failure: connection errors, timeouts and 5xx. A 4xx is the caller's own fault, 429
 * included: one greedy client must not cut off the others.
 */
export function isFailure(result: CallResult): boolean {
  return result.kind !== 'answer' || result.status >= 500;
}
