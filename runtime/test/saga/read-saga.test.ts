import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listSagas, Rejected, readSaga, saga } from '../../src/saga/index.js';
import { databasePath } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';
import { tempRunner } from './temp-runner.js';

const order = z.object({ product: z.string() });
const place = saga('place-order', order)
  .compensatable('create-order', { do: async () => ({ id: 7 }), undo: async () => {} })
  .compensatable('reserve-stock', { do: async () => 2, undo: async () => {} })
  .pivot('debit-wallet', {
    do: async (ctx) => {
      if (ctx.input.product === 'gold') throw new Rejected('The wallet is empty.', { code: 'WALLET_EMPTY' });
    },
  });
const refund = saga('refund', order).retriable('pay-back', { do: async () => 1 });

async function shop() {
  const { runner, stateUrl, db } = await tempRunner([place, refund]);
  for (const [id, product] of [
    ['11-tea', 'tea'],
    ['12-gold', 'gold'],
  ] as const) {
    await runner.start(place, { product }, { id });
    await runner.wait(id);
  }
  await runner.start(refund, { product: 'tea' }, { id: '13-refund' });
  await runner.wait('13-refund');
  return { runner, stateUrl, db };
}

describe('readSaga', () => {
  it('tells all that a trace draws, of a saga that was undone', async () => {
    const { stateUrl } = await shop();
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const ended = { startedAt: time, endedAt: time, durationMs: expect.any(Number) };
    const by = { instance: 'order-service-1', epoch: 1 };
    const attempt = (step: string, direction: 'do' | 'undo', outcome: string) => ({
      ...{ direction, number: 1, outcome, idempotencyKey: `12-gold:${step}:${direction}` },
      ...ended,
      ...by,
    });
    const error = { code: 'WALLET_EMPTY', message: 'The wallet is empty.' };
    const keys = (step: string) => ({ do: `12-gold:${step}:do`, undo: `12-gold:${step}:undo` });
    expect(await readSaga(stateUrl, '12')).toEqual({
      id: '12-gold',
      name: 'place-order',
      service: 'order-service',
      state: 'compensated',
      ...ended,
      input: { product: 'gold' },
      error,
      step: 'debit-wallet',
      stepsCompleted: 0,
      stepsTotal: 3,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      epoch: 1,
      compensationOrder: ['reserve-stock', 'create-order'],
      nextAction: { kind: 'none' },
      steps: [
        {
          ...{ name: 'create-order', kind: 'compensatable', state: 'compensated', result: { id: 7 } },
          ...{ idempotencyKeys: keys('create-order'), ...ended },
          attempts: [attempt('create-order', 'do', 'completed'), attempt('create-order', 'undo', 'completed')],
        },
        {
          ...{ name: 'reserve-stock', kind: 'compensatable', state: 'compensated', result: 2 },
          ...{ idempotencyKeys: keys('reserve-stock'), ...ended },
          attempts: [attempt('reserve-stock', 'do', 'completed'), attempt('reserve-stock', 'undo', 'completed')],
        },
        {
          ...{ name: 'debit-wallet', kind: 'pivot', state: 'failed' },
          ...{ idempotencyKeys: keys('debit-wallet'), ...ended },
          attempts: [{ ...attempt('debit-wallet', 'do', 'rejected'), error }],
        },
      ],
    });
  });

  it('finds a saga by the beginning of its id, unless several begin like that', async () => {
    const { stateUrl } = await shop();
    expect(await readSaga(stateUrl, '13')).toMatchObject({ id: '13-refund', state: 'completed' });
    expect(await readSaga(stateUrl, '2')).toBeUndefined();
    await expect(readSaga(stateUrl, '1')).rejects.toMatchObject({
      code: 'SAGA_AMBIGUOUS',
      message: 'Several sagas begin with 1: 11-tea, 12-gold, 13-refund.',
    });
  });

  it('says that it could not look everywhere', async () => {
    const { stateUrl } = await shop();
    await writeFile(databasePath(stateUrl, 'broken-service'), 'garbage '.repeat(1000));
    expect(await readSaga(stateUrl, '11-tea')).toMatchObject({ state: 'completed' });
    await expect(readSaga(stateUrl, 'nowhere')).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringContaining('broken-service.db'),
    });
  });
});

describe('listSagas', () => {
  it('lists the latest first, with or without a running service, and filters', async () => {
    const { runner, db, stateUrl } = await shop();
    const ids = async (filter = {}) => (await listSagas(stateUrl, filter)).sagas.map((one) => one.id);
    expect(await ids()).toEqual(['13-refund', '12-gold', '11-tea']);
    expect(await ids({ state: 'compensated' })).toEqual(['12-gold']);
    expect(await ids({ name: 'place-order', limit: 1 })).toEqual(['12-gold']);
    expect(await ids({ service: 'payment-service' })).toEqual([]);
    await runner.stop();
    await db.close();
    expect(await ids()).toEqual(['13-refund', '12-gold', '11-tea']);
  });

  it('leaves out services without sagas, and reports a file that it cannot read beside those that it can', async () => {
    const { stateUrl } = await shop();
    await tempDatabase({ stateUrl, service: 'product-service', migrations: ['CREATE TABLE product (id INTEGER)'] });
    await writeFile(databasePath(stateUrl, 'empty-service'), '');
    const path = databasePath(stateUrl, 'a-broken-service');
    await writeFile(path, 'garbage '.repeat(1000));
    const { sagas, unreadable } = await listSagas(stateUrl);
    expect(sagas).toHaveLength(3);
    expect(unreadable).toMatchObject([{ path, error: { name: 'MscliError', code: 'STATE_UNREADABLE' } }]);
  });

  it('finds nothing where there is no state yet', async () => {
    expect(await listSagas(await tempStateUrl())).toEqual({ sagas: [], unreadable: [] });
    await expect(listSagas('postgres://localhost/shop')).rejects.toMatchObject({ code: 'STATE_URL' });
  });
});
