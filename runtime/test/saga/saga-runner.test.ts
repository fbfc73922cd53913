import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Rejected, readSaga, saga } from '../../src/saga/index.js';
import { atOnce, tempRunner } from './temp-runner.js';

const order = z.object({ product: z.string(), quantity: z.coerce.number() });

describe('a saga', () => {
  it('runs its steps in order, hands results on, and tells of it', async () => {
    const keys: string[] = [];
    const place = saga('place-order', order)
      .compensatable('create-order', {
        do: async (ctx) => {
          keys.push(ctx.idempotencyKey);
          return { id: `order of ${ctx.input.quantity + 1} ${ctx.input.product}` };
        },
        undo: async () => {},
      })
      .pivot('debit-wallet', { do: async (ctx) => ctx.results['create-order'].id.length })
      .retriable('confirm-order', { do: async (ctx) => ctx.results['debit-wallet'] * 2 });
    const { runner, published } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: '2' });
    expect(await runner.wait(id)).toEqual({
      id,
      name: 'place-order',
      state: 'completed',
      results: { 'create-order': { id: 'order of 3 tea' }, 'debit-wallet': 14, 'confirm-order': 28 },
    });
    expect(keys).toEqual([`${id}:create-order:do`]);
    expect(published).toEqual([
      'saga.started',
      'saga.step.requested create-order 1',
      'saga.step.completed create-order 1',
      'saga.step.requested debit-wallet 1',
      'saga.step.completed debit-wallet 1',
      'saga.step.requested confirm-order 1',
      'saga.step.completed confirm-order 1',
      'saga.completed',
    ]);
  });

  it('undoes in reverse what was done before a refusal, which is not retried', async () => {
    const undone: string[] = [];
    const place = saga('place-order', order)
      .compensatable('create-order', {
        do: async () => 7,
        undo: async (ctx) => undone.push(`order ${ctx.result}, ${ctx.failure.code}`),
      })
      .compensatable('reserve-stock', { do: async () => 8, undo: async (ctx) => undone.push(`stock ${ctx.result}`) })
      .pivot('debit-wallet', {
        do: async () => {
          throw new Rejected('The wallet is empty.', { code: 'WALLET_EMPTY' });
        },
        undo: async () => undone.push('wallet'),
      })
      .retriable('confirm-order', { do: async () => undone.push('never') });
    const { runner, published } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({
      state: 'compensated',
      error: { code: 'WALLET_EMPTY', message: 'The wallet is empty.' },
    });
    expect(undone).toEqual(['stock 8', 'order 7, WALLET_EMPTY']);
    expect(published.slice(6)).toEqual([
      'saga.step.failed debit-wallet 1',
      'saga.compensating',
      'saga.step.requested reserve-stock undo 1',
      'saga.step.compensated reserve-stock undo 1',
      'saga.step.requested create-order undo 1',
      'saga.step.compensated create-order undo 1',
      'saga.compensated',
    ]);
  });

  it('retries a failure as its policy says, and then compensates without the step that failed', async () => {
    const flaky = vi.fn().mockRejectedValue(new Error('connection refused'));
    const undo = vi.fn();
    const place = saga('place-order', order)
      .compensatable('reserve-stock', { do: flaky, undo, retry: { attempts: 4, ...atOnce } })
      .pivot('debit-wallet', { do: async () => 1 });
    const { runner } = await tempRunner([place]);
    flaky.mockRejectedValueOnce(new Error('once')).mockResolvedValueOnce('fine');
    const lucky = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(lucky.id)).toMatchObject({ state: 'completed' });
    const unlucky = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(unlucky.id)).toMatchObject({
      state: 'compensated',
      error: { message: 'connection refused' },
    });
    expect(flaky).toHaveBeenCalledTimes(2 + 4);
    expect(undo).not.toHaveBeenCalled();
  });

  it('undoes a step too whose outcome is unknown, after a timeout', async () => {
    const aborted = vi.fn();
    const undo = vi.fn(async () => {});
    const place = saga('place-order', order).compensatable('reserve-stock', {
      do: (ctx) => new Promise(() => ctx.signal.addEventListener('abort', () => aborted(ctx.signal.reason.name))),
      undo,
      timeoutMs: 20,
      retry: { attempts: 1 },
    });
    const { runner, published } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({ state: 'compensated', error: { code: 'SAGA_STEP_TIMEOUT' } });
    expect(aborted).toHaveBeenCalledExactlyOnceWith('TimeoutError');
    expect(undo).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ idempotencyKey: `${id}:reserve-stock:undo`, result: undefined }),
    );
    expect(published).toContain('saga.step.timed_out reserve-stock 1');
  });

  it('takes a step for timed out that ends because its signal told it so', async () => {
    const place = saga('place-order', order).compensatable('reserve-stock', {
      do: (ctx) => new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))),
      undo: async () => {},
      timeoutMs: 5,
      retry: { attempts: 1 },
    });
    const { runner, stateUrl } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    await runner.wait(id);
    const attempts = (await readSaga(stateUrl, id))?.steps[0]?.attempts;
    expect(attempts).toMatchObject([{ outcome: 'timed-out' }, { direction: 'undo', outcome: 'completed' }]);
  });

  it('undoes a step of which one attempt may have had its effect, whatever the last one said', async () => {
    const lost = Object.assign(new Error('connection reset'), { outcomeUnknown: true });
    for (const last of [new Error('connection refused'), new Rejected('sold out')]) {
      const undo = vi.fn(async () => {});
      const place = saga('place-order', order).compensatable('reserve-stock', {
        do: vi.fn().mockRejectedValue(last).mockRejectedValueOnce(lost),
        undo,
        retry: { attempts: 2, ...atOnce },
      });
      const { runner } = await tempRunner([place]);
      const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
      expect(await runner.wait(id)).toMatchObject({ state: 'compensated', error: { message: last.message } });
      expect(undo).toHaveBeenCalledOnce();
    }
  });

  it('waits as long as the callee asked for before the next attempt', async () => {
    const busy = Object.assign(new Error('too many requests'), { retryAfterMs: 86_400_000 });
    const place = saga('place-order', order).retriable('confirm-order', { do: vi.fn().mockRejectedValue(busy) });
    const { runner, stateUrl } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    await vi.waitFor(async () => {
      const trace = await readSaga(stateUrl, id);
      expect(trace?.nextAction).toMatchObject({ kind: 'attempt', step: 'confirm-order', direction: 'do' });
      expect(Date.parse(trace?.nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 80_000_000);
    });
  });

  it('never turns back from a pivot whose outcome is unknown and which nothing undoes', async () => {
    const debit = vi.fn().mockResolvedValue('debited');
    for (let n = 0; n < 5; n++) debit.mockRejectedValueOnce(Object.assign(new Error('lost'), { outcomeUnknown: true }));
    const undo = vi.fn();
    const place = saga('place-order', order)
      .compensatable('reserve-stock', { do: async () => 1, undo })
      .pivot('debit-wallet', { do: debit, retry: { attempts: 2, ...atOnce } });
    const { runner } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({ state: 'completed' });
    expect(debit).toHaveBeenCalledTimes(6);
    expect(undo).not.toHaveBeenCalled();
  });

  it('goes forward past the pivot, however often a step fails or refuses', async () => {
    const confirm = vi.fn().mockResolvedValue('confirmed');
    for (let n = 0; n < 5; n++) confirm.mockRejectedValueOnce(new Rejected('not yet'));
    const place = saga('place-order', order)
      .pivot('debit-wallet', { do: async () => 1 })
      .retriable('confirm-order', { do: confirm, retry: atOnce });
    const { runner } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({ state: 'completed', results: { 'confirm-order': 'confirmed' } });
    expect(confirm.mock.calls.map(([ctx]) => ctx.attempt)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps the first and the latest attempts of a step that is tried very often', async () => {
    const confirm = vi.fn().mockResolvedValue('confirmed');
    for (let n = 0; n < 130; n++) confirm.mockRejectedValueOnce(new Error('not yet'));
    const place = saga('place-order', order).retriable('confirm-order', { do: confirm, retry: atOnce });
    const { runner, stateUrl } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({ state: 'completed' });
    const numbers = (await readSaga(stateUrl, id))?.steps[0]?.attempts.map((attempt) => attempt.number) ?? [];
    expect(numbers).toEqual([1, ...Array.from({ length: 100 }, (_, n) => n + 32)]);
  });

  it('is stuck, and says so, when a compensation keeps failing', async () => {
    const undo = vi.fn().mockRejectedValue(new Error('warehouse closed'));
    const place = saga('place-order', order)
      .compensatable('create-order', { do: async () => 1, undo: async () => {} })
      .compensatable('reserve-stock', { do: async () => 1, undo, retry: atOnce })
      .pivot('debit-wallet', { do: () => Promise.reject(new Rejected('no')) });
    const { runner, published, logged, stateUrl } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    const error = {
      code: 'SAGA_COMPENSATION_FAILED',
      message: 'The step reserve-stock could not be undone, 10 times: warehouse closed',
    };
    expect(await runner.wait(id)).toMatchObject({ state: 'stuck', error });
    expect(undo).toHaveBeenCalledTimes(10);
    expect(published.at(-1)).toBe('saga.stuck');
    expect(logged.at(-1)).toContain('saga stuck');
    expect(await readSaga(stateUrl, id)).toMatchObject({
      state: 'stuck',
      nextAction: { kind: 'operator', reason: error },
      steps: [{ state: 'completed' }, { state: 'stuck' }, { state: 'failed' }],
    });
  });

  it('compensates a step that returned what no journal can keep', async () => {
    const undo = vi.fn();
    const place = saga('place-order', order).compensatable('create-order', { do: async () => 10n, undo });
    const { runner } = await tempRunner([place]);
    const { id } = await runner.start(place, { product: 'tea', quantity: 2 });
    expect(await runner.wait(id)).toMatchObject({ state: 'compensated', error: { code: 'SAGA_RESULT_NOT_JSON' } });
    expect(undo).toHaveBeenCalledOnce();
  });
});

describe('start', () => {
  const simple = saga('simple', order).retriable('only', { do: async () => 1 });

  it('refuses an input that breaks the schema, with every fault', async () => {
    const { runner } = await tempRunner([simple]);
    const refused = runner.start(simple, { product: 7 } as never);
    await expect(refused).rejects.toMatchObject({ code: 'SAGA_INPUT_INVALID', cause: { name: 'ZodError' } });
    await expect(refused).rejects.toThrow(/product.*quantity/);
  });

  it('starts an id once, and refuses it for another saga', async () => {
    const other = saga('other', order).retriable('only', { do: async () => 1 });
    const { runner, published } = await tempRunner([simple, other]);
    const input = { product: 'tea', quantity: 1 };
    for (let n = 0; n < 3; n++) expect(await runner.start(simple, input, { id: 'order-7' })).toEqual({ id: 'order-7' });
    await runner.wait('order-7');
    expect(published.filter((type) => type === 'saga.started')).toHaveLength(1);
    await expect(runner.start(other, input, { id: 'order-7' })).rejects.toMatchObject({ code: 'SAGA_ID_TAKEN' });
  });

  it('with tx starts when that commits, and not when it is rolled back', async () => {
    const { runner, db } = await tempRunner([simple]);
    const input = { product: 'tea', quantity: 1 };
    const { id } = await db.transaction((tx) => runner.start(simple, input, { tx }));
    expect(await runner.wait(id)).toMatchObject({ state: 'completed' });
    const undone = db.transaction(async (tx) => {
      await runner.start(simple, input, { tx, id: 'never' });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    await expect(runner.wait('never')).rejects.toMatchObject({ code: 'SAGA_NOT_FOUND' });
  });

  it('refuses a saga that is not registered, and a runner that is not running', async () => {
    const { runner } = await tempRunner([]);
    await expect(runner.start(simple, { product: 'tea', quantity: 1 })).rejects.toMatchObject({ code: 'SAGA_UNKNOWN' });
    runner.register(simple);
    expect(() => runner.register(simple)).toThrow(/two sagas named simple/);
    await runner.stop();
    const late = runner.start(simple, { product: 'tea', quantity: 1 });
    await expect(late).rejects.toMatchObject({ code: 'SAGA_RUNNER_STOPPED' });
  });
});

describe('wait', () => {
  const endless = saga('endless', order).retriable('only', {
    do: (ctx) => new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('stopped')))),
  });

  it('ends with its time limit, its signal, or the runner', async () => {
    const { runner } = await tempRunner([endless]);
    const { id } = await runner.start(endless, { product: 'tea', quantity: 1 });
    await expect(runner.wait(id, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'SAGA_WAIT_TIMEOUT' });
    await expect(runner.wait(id, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' });
    const waiting = runner.wait(id);
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'SAGA_RUNNER_STOPPED' });
    await runner.stop();
    await outcome;
  });
});
