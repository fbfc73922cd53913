import { setTimeout as sleep } from 'node:timers/promises';
import { pruneInbox } from '../events/inbox.js';
import { pruneSagas } from '../saga/prune-sagas.js';
import type { Database } from '../state/index.js';
import type { Logger } from '../telemetry/log.js';
import type { ServiceDefinition } from './define-service.js';

/** How long events are known as handled, and sagas can be traced. */
const keepMs = 7 * 24 * 3_600_000;
const sagasKeptAtMost = 10_000;

/** How, and how often, old entries are removed. */
export interface Pace {
  /** Not at the start, where there is enough to do. Default a minute. */
  readonly firstAfterMs?: number;
  /** Default an hour. */
  readonly everyMs?: number;
  /** Entries at once: the database is locked meanwhile. Default 200. */
  readonly batch?: number;
  /** Between two batches the service's own work has its turn. Default 50. */
  readonly pauseMs?: number;
}

/** Keeps the inbox and the journal of sagas from growing for ever, a few entries at a time, until it is disposed of. */
export function pruneRegularly(
  { subscriptions, sagas }: ServiceDefinition,
  db: Database,
  log: Logger,
  { firstAfterMs = 60_000, everyMs = 3_600_000, batch = 200, pauseMs = 50 }: Pace = {},
): Disposable {
  const stop = new AbortController();
  const prunings: ((limit: number) => Promise<number>)[] = [];
  if (subscriptions?.length) prunings.push((limit) => pruneInbox(db, keepMs, limit));
  if (sagas?.length) prunings.push((limit) => pruneSagas(db, { keepMs, keepAtMost: sagasKeptAtMost }, limit));
  if (prunings.length > 0) void go();
  return { [Symbol.dispose]: () => stop.abort() };

  async function go(): Promise<void> {
    for (let wait = firstAfterMs; await paused(wait); wait = everyMs) {
      for (const prune of prunings) {
        try {
          while ((await prune(batch)) === batch && (await paused(pauseMs)));
        } catch (error) {
          if (!stop.signal.aborted) log.warn({ err: error }, 'old entries of the database cannot be removed');
        }
      }
    }
  }

  /** Resolves with false when it is over. */
  async function paused(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: stop.signal, ref: false }).catch(() => {});
    return !stop.signal.aborted;
  }
}
