import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { listSagas, type SagaStepEventData, saga } from '../../src/saga/index.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';
import { tempRunner } from './temp-runner.js';

// Whether a lease is ever lost is up to the machine: a run in which none was has shown nothing, and is made again.
it('advances every saga once, though two runners keep losing it to each other', { retry: 2 }, async () => {
  const stateUrl = await tempStateUrl();
  const db = await tempDatabase({ stateUrl });
  await db.run('CREATE TABLE told (saga TEXT NOT NULL, event TEXT NOT NULL)');
  const slow = {
    do: (ctx: { attempt: number }) => delay(ctx.attempt > 4 ? 0 : Math.random() * 40),
    undo: async () => {},
  };
  const place = saga('place-order', z.object({})).compensatable('a', slow).pivot('b', slow).retriable('c', slow);
  const hasty = {
    stateUrl,
    // A lease that runs out in the middle of most steps, and is hardly ever renewed in time.
    ...{ leaseMs: 10, lookEveryMs: 4 },
    publish: async (type: string, data: object, { tx }: { tx: Pick<typeof db, 'run'> }) => {
      const { sagaId, step = '', direction = '' } = data as SagaStepEventData;
      await tx.run('INSERT INTO told VALUES (?, ?)', [sagaId, `${type} ${step} ${direction}`]);
    },
  };
  const first = await tempRunner([place], { ...hasty, instanceId: 'order-service-1' });
  const second = await tempRunner([place], { ...hasty, instanceId: 'order-service-2' });
  const ids = Array.from({ length: 12 }, (_, n) => `order-${n}`);
  await Promise.all(ids.map((id, n) => (n % 2 ? first : second).runner.start(place, {}, { id })));
  await Promise.all(ids.map((id) => first.runner.wait(id)));

  expect([...first.logged, ...second.logged].join()).toContain('saga taken over');
  const { sagas } = await listSagas(stateUrl);
  for (const { id, state } of sagas) {
    const told = await db.all<{ event: string }>('SELECT event FROM told WHERE saga = ?', [id]);
    const steps = told.filter(({ event }) => /completed|compensat/.test(event)).map(({ event }) => event.trim());
    expect(new Set(steps).size, steps.join()).toBe(steps.length);
    expect(steps.at(-1)).toBe(`saga.${state}`);
  }
});

it('leaves no listener on the signals that it was given', async () => {
  const quick = saga('quick', z.object({})).retriable('only', { do: async () => 1 });
  const { runner } = await tempRunner([quick]);
  const { signal } = new AbortController();
  for (let n = 0; n < 3; n++) {
    const { id } = await runner.start(quick, {});
    await runner.wait(id, { signal, timeoutMs: 5000 });
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
