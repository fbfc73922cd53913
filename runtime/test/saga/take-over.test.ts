import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readSaga, saga, systemClock } from '../../src/saga/index.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';
import { atOnce, tempRunner } from './temp-runner.js';

const order = z.object({ product: z.string() });
const tea = { product: 'tea' };

/** A database that a dead process has: it writes no more. */
async function deadAfter(writes: number, stateUrl: string) {
  const db = await tempDatabase({ stateUrl });
  let left = writes;
  return new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
      return (work: never) => (left-- > 0 ? target.transaction(work) : Promise.reject(new Error('dead')));
    },
  });
}

describe('a crashed saga', () => {
  it('is taken over at once by the next process of that name, which runs the open step again with the same key', async () => {
    const keys: string[] = [];
    const place = saga('place-order', order)
      .compensatable('create-order', { do: async () => 'created', undo: async () => {} })
      .pivot('debit-wallet', {
        do: async (ctx) => {
          keys.push(`${ctx.idempotencyKey} ${ctx.attempt}`);
          return ctx.results['create-order'];
        },
      });
    const stateUrl = await tempStateUrl();
    const crashing = await tempRunner([place], { stateUrl, db: await deadAfter(3, stateUrl) });
    const { id } = await crashing.runner.start(place, tea);
    await vi.waitFor(() => expect(keys).toHaveLength(1));

    const { runner } = await tempRunner([place], { stateUrl });
    expect(await runner.wait(id)).toMatchObject({ state: 'completed', results: { 'debit-wallet': 'created' } });
    expect(keys).toEqual([`${id}:debit-wallet:do 1`, `${id}:debit-wallet:do 2`]);
    const trace = await readSaga(stateUrl, id.slice(0, 8));
    expect(trace?.epoch).toBe(2);
    expect(trace?.steps[1]?.attempts).toMatchObject([
      { number: 1, outcome: 'crashed', epoch: 1, error: { code: 'SAGA_ATTEMPT_CRASHED' } },
      { number: 2, outcome: 'completed', epoch: 2, idempotencyKey: `${id}:debit-wallet:do` },
    ]);
  });

  it('does not wait for a lease that a clock has written which was set back since', async () => {
    const place = saga('place-order', order).retriable('confirm', { do: async () => 1 });
    const stateUrl = await tempStateUrl();
    const crashing = await tempRunner([place], { stateUrl, db: await deadAfter(2, stateUrl) });
    const { id } = await crashing.runner.start(place, tea);
    const clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
    const { runner } = await tempRunner([place], { stateUrl, instanceId: 'order-service-2', clock });
    expect(await runner.wait(id)).toMatchObject({ state: 'completed' });
  });

  it('is taken over by another instance only when its lease has run out', async () => {
    const place = saga('place-order', order).retriable('confirm', { do: async () => 1 });
    const stateUrl = await tempStateUrl();
    const crashing = await tempRunner([place], { stateUrl, db: await deadAfter(2, stateUrl) });
    const { id } = await crashing.runner.start(place, tea);
    const skew = { ms: 0 };
    const clock = { ...systemClock, now: () => Date.now() + skew.ms };
    const { runner, logged } = await tempRunner([place], { stateUrl, instanceId: 'order-service-2', clock });
    expect(await readSaga(stateUrl, id)).toMatchObject({
      nextAction: { kind: 'running', instance: 'order-service-1' },
    });
    await expect(runner.wait(id, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'SAGA_WAIT_TIMEOUT' });
    expect(logged).toEqual([]);
    skew.ms = 11_000;
    expect(await runner.wait(id)).toMatchObject({ state: 'completed' });
    expect(logged[0]).toContain('saga taken over');
  });

  it('ends stuck with the reason when the deployment no longer fits it', async () => {
    const none = saga('place-order', order);
    const before = none.compensatable('reserve', { do: async () => 1, undo: async () => {} }).pivot('debit', {
      do: () => new Promise(() => {}),
    });
    const fewer = none.compensatable('reserve', { do: async () => 1, undo: async () => {} });
    const stricter = saga('place-order', order.extend({ coupon: z.string() }))
      .compensatable('reserve', { do: async () => 1, undo: async () => {} })
      .pivot('debit', { do: async () => 2 });
    const cases = [
      { sagas: [], code: 'SAGA_UNKNOWN', text: 'no saga place-order' },
      { sagas: [fewer], code: 'SAGA_CHANGED', text: 'reserve (compensatable), debit (pivot)' },
      { sagas: [stricter], code: 'SAGA_INPUT_CHANGED', text: 'coupon' },
    ];
    for (const { sagas, code, text } of cases) {
      const stateUrl = await tempStateUrl();
      const first = await tempRunner([before], { stateUrl });
      const { id } = await first.runner.start(before, tea);
      await first.runner.stop({ deadlineMs: 0 });
      const { runner, published } = await tempRunner(sagas, { stateUrl });
      const error = { code, message: expect.stringContaining(text) };
      expect(await runner.wait(id)).toMatchObject({ state: 'stuck', error });
      expect(published).toEqual(['saga.stuck']);
    }
  });
});

describe('stop', () => {
  it('pauses at the next journal entry and hands over at once; a step that ends in time counts', async () => {
    const done: string[] = [];
    let go = () => {};
    const place = saga('place-order', order)
      .compensatable('slow', {
        do: (ctx) =>
          new Promise((resolve) => {
            go = () => resolve(`done, told to stop: ${ctx.signal.aborted}`);
          }),
        undo: async () => {},
      })
      .pivot('debit', { do: async () => done.push('debit') });
    const stateUrl = await tempStateUrl();
    const first = await tempRunner([place], { stateUrl, instanceId: 'order-service-1' });
    const second = await tempRunner([place], { stateUrl, instanceId: 'order-service-2' });
    const { id } = await first.runner.start(place, tea);
    await vi.waitFor(async () =>
      expect(await readSaga(stateUrl, id)).toMatchObject({ nextAction: { kind: 'running' } }),
    );
    const stopped = first.runner.stop();
    go();
    await stopped;
    expect(first.logged.at(-1)).toContain('saga paused');
    expect(await second.runner.wait(id)).toMatchObject({
      state: 'completed',
      results: { slow: 'done, told to stop: true' },
    });
    const trace = await readSaga(stateUrl, id);
    expect(trace?.steps.map((step) => step.attempts)).toMatchObject([
      [{ outcome: 'completed', instance: 'order-service-1' }],
      [{ outcome: 'completed', instance: 'order-service-2' }],
    ]);
  });

  it('lets a step go on elsewhere that gave up when told, or that did not listen', async () => {
    let stopping = true;
    const obedient = saga('obedient', order).pivot('only', {
      do: (ctx) =>
        new Promise((resolve, reject) => {
          if (!stopping) resolve('done');
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason));
        }),
      retry: { attempts: 1 },
    });
    const deaf = saga('deaf', order).pivot('only', { do: async () => (stopping ? new Promise(() => {}) : 'done') });
    const stateUrl = await tempStateUrl();
    const first = await tempRunner([obedient, deaf], { stateUrl, instanceId: 'order-service-1' });
    const ids = [(await first.runner.start(obedient, tea)).id, (await first.runner.start(deaf, tea)).id];
    for (const id of ids) {
      await vi.waitFor(async () => expect((await readSaga(stateUrl, id))?.nextAction.kind).toBe('running'));
    }
    await first.runner.stop({ deadlineMs: 50 });
    stopping = false;
    for (const id of ids) expect((await readSaga(stateUrl, id))?.nextAction).toMatchObject({ kind: 'take-over' });
    const second = await tempRunner([obedient, deaf], { stateUrl, instanceId: 'order-service-2' });
    const attempts = [];
    for (const id of ids) {
      expect(await second.runner.wait(id)).toMatchObject({ state: 'completed', results: { only: 'done' } });
      attempts.push((await readSaga(stateUrl, id))?.steps[0]?.attempts.map((attempt) => attempt.outcome));
    }
    expect(attempts).toEqual([
      ['interrupted', 'completed'],
      ['crashed', 'completed'],
    ]);
  });
});

describe('two runners on one database', () => {
  it('never both advance one saga: the stale one finds its lease lost and leaves it alone', async () => {
    const effects: string[] = [];
    let release = () => {};
    const place = saga('place-order', order)
      .compensatable('slow', {
        do: (ctx) =>
          ctx.attempt > 1
            ? Promise.resolve('second')
            : new Promise((resolve) => {
                release = () => resolve('first');
              }),
        undo: async () => {},
      })
      .pivot('debit', { do: async (ctx) => effects.push(`debit after ${ctx.results.slow}`) });
    const stateUrl = await tempStateUrl();
    // Renewed never, so that the second finds it run out while the first is in the middle of a step.
    const stale = { leaseMs: 30, clock: sleepless() };
    const first = await tempRunner([place], { stateUrl, instanceId: 'order-service-1', ...stale });
    const second = await tempRunner([place], { stateUrl, instanceId: 'order-service-2' });
    const { id } = await first.runner.start(place, tea);
    expect(await second.runner.wait(id)).toMatchObject({ state: 'completed' });
    release();
    await vi.waitFor(() => expect(first.logged.at(-1)).toContain('SAGA_LEASE_LOST'));
    expect(effects).toEqual(['debit after second']);
    expect((await readSaga(stateUrl, id))?.steps[0]?.attempts).toMatchObject([
      { instance: 'order-service-1', epoch: 1, outcome: 'crashed' },
      { instance: 'order-service-2', epoch: 2, outcome: 'completed' },
    ]);
  });

  it('keeps a saga whose step takes longer than the lease, by renewing it', async () => {
    let release = () => {};
    const place = saga('place-order', order).retriable('slow', {
      do: () => new Promise<void>((resolve) => (release = resolve)),
      retry: atOnce,
    });
    const stateUrl = await tempStateUrl();
    const first = await tempRunner([place], { stateUrl, instanceId: 'order-service-1', leaseMs: 1500 });
    const second = await tempRunner([place], { stateUrl, instanceId: 'order-service-2' });
    const { id } = await first.runner.start(place, tea);
    const leased = (await readSaga(stateUrl, id))?.lease?.until ?? '';
    await vi.waitFor(
      async () =>
        expect(Date.parse((await readSaga(stateUrl, id))?.lease?.until ?? '')).toBeGreaterThan(
          Date.parse(leased) + 1500,
        ),
      { timeout: 10_000, interval: 100 },
    );
    release();
    expect(await first.runner.wait(id)).toMatchObject({ state: 'completed' });
    expect(second.logged).toEqual([]);
  });
});

/** Real time, but nothing periodic ever comes due. */
function sleepless() {
  return {
    now: () => Date.now(),
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true })),
  };
}
