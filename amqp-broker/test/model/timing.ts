import { type Operation, TTL_MS } from './operations.js';

/** A message may die in three queues one after the other. */
export const WAIT_MS = 3 * TTL_MS + 300;

/** What is done between two waits has to be done before any time to live is over. */
export const QUICK_MS = TTL_MS * 0.8;

/** Whether a time to live is over at once in it: queues then drop a moment after they took. */
export function expiresAtOnce(operations: readonly Operation[]): boolean {
  return operations.some(
    (each) =>
      (each.do === 'publish' && each.expiration === '0') ||
      (each.do === 'declare-queue' && each.args['x-message-ttl'] === 0),
  );
}

/** Whether a time to live may be over within it. */
export function isTimed(operations: readonly Operation[]): boolean {
  return operations.some(
    (each) =>
      (each.do === 'publish' && each.expiration === String(TTL_MS)) ||
      (each.do === 'declare-queue' && [each.args['x-message-ttl'], each.args['x-expires']].includes(TTL_MS)),
  );
}
