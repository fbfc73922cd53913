import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../events/within.js';
import type { Parts } from './assemble.js';
import { announceStop, withdrawSelf } from './registration.js';
import { runStages } from './run-stages.js';

/** Between the announcement and the closed door: others need a moment to see it. */
const announcementMs = 100;
const outboxFlushMs = 2000;
const leastSagaMs = 500;

/**
 * Stops a service's parts in the order in which nothing is lost: not ready, no new work, what runs finishes, sagas
 * pause, the outbox is emptied where the broker is there, everything closes.
 *
 * @returns what was still running at the deadline
 */
export async function stopService(parts: Parts, deadlineMs: number): Promise<readonly string[]> {
  const { service, app, events, sagas, db, callers, requests, stopping, ended } = parts;
  const { discovery, self } = callers;
  const began = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  deadline.signal.addEventListener('abort', () => ended.abort(new Error('The service has stopped.')), { once: true });
  stopping.abort();
  parts.pruning[Symbol.dispose]();
  service.log.info({ deadlineMs }, 'stopping');

  const work = async () => {
    await Promise.all([app.close(), events.stopConsuming()]);
  };
  // Requests and handlers may wait for sagas, so these go on for the first half; then they pause, whoever waits.
  const sagasAfter = async (drained: Promise<void>) => {
    await within(drained, deadlineMs / 2);
    const left = deadlineMs - (performance.now() - began);
    await sagas.stop({ deadlineMs: Math.max(leastSagaMs, left * 0.8) });
  };

  const { hung, failed } = await runStages(
    [
      {
        name: 'telling the others',
        async run() {
          if (app.server.listening && (await announceStop(discovery, self))) await sleep(announcementMs);
        },
      },
      {
        name: 'requests and handlers',
        async run() {
          const drained = work();
          await Promise.all([drained, sagasAfter(drained.catch(() => {}))]);
        },
        waitsFor: () => [...[...requests].map(({ name }) => name), ...events.busy],
      },
      {
        name: 'outbox',
        async run() {
          if (events.state === 'connected') await within(events.outboxFlushed(), outboxFlushMs);
        },
      },
      { name: 'events', run: () => events.close() },
      { name: 'discovery', run: () => withdrawSelf(discovery, self).finally(() => callers[Symbol.asyncDispose]()) },
      { name: 'database', run: () => db.close() },
    ],
    deadline.signal,
  );
  clearTimeout(timer);
  ended.abort(new Error('The service has stopped.'));
  for (const { stage, error } of failed) service.log.error({ err: error, stage }, 'a stage of the stop failed');
  const ms = Math.round(performance.now() - began);
  if (hung.length > 0) service.log.error({ hung, deadlineMs }, `stopped at the deadline, cut off: ${hung.join(', ')}`);
  else service.log.info({ ms }, 'stopped');
  return hung;
}
