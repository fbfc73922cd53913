import { describe, expect, test } from 'vitest';
import { pruneRegularly } from '../../src/host/prune-regularly.js';
import { defineEvent, defineService, on, z } from '../../src/index.js';
import { until } from '../events/a-bus.js';
import { aService } from './a-service.js';

describe('pruneRegularly', () => {
  test('forgets old events in batches, keeps the others, and ends with its service', async () => {
    const definition = defineService({
      name: 'mail-service',
      subscriptions: [on(defineEvent('order.placed', z.object({})), () => {})],
    });
    const { service } = await aService(definition);
    const { db, log } = service;
    const week = 7 * 24 * 3_600_000;
    const add = (event: string, ago: number) =>
      db.run('INSERT INTO mscli_inbox VALUES (?, ?, ?)', ['order.placed', event, Date.now() - ago]);
    await Promise.all(Array.from({ length: 25 }, (_, n) => add(`old ${n}`, week + 1000)));
    await add('young', week - 60_000);
    const left = async () =>
      (await db.all<{ event: string }>('SELECT event FROM mscli_inbox')).map(({ event }) => event);
    using _ = pruneRegularly(definition, db, log, { firstAfterMs: 0, everyMs: 10, batch: 10, pauseMs: 1 });
    await until(async () => (await left()).length === 1);
    expect(await left()).toEqual(['young']);
    await add('old, later', week + 1000);
    await until(async () => (await left()).length === 1);
  });
});
