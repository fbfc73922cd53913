import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Waited } from '../../../src/gateway/policies/limits/bulkhead.js';
import { Channel } from '../../../src/gateway/workers/channel.js';
import { SharedCounts } from '../../../src/gateway/workers/shared-counts.js';
import { sharedLimiters } from '../../../src/gateway/workers/shared-limiters.js';
import { type LimitProcedures, WorkerLimits } from '../../../src/gateway/workers/worker-limits.js';

const rule = { limit: 2, queue: 2, waitMs: 60_000 };
const hourly = { requests: 3, perMs: 3_600_000, burst: 3 };

/** A worker's limiters, with its messages to the primary going through JSON; `die` is its death. */
function worker(counts: SharedCounts, { answers = true, patienceMs = 60_000 } = {}) {
  const limits = new WorkerLimits(counts);
  const primary: Channel<LimitProcedures, Record<string, never>> = new Channel(
    (message) => void setImmediate(() => answers && own.receive(JSON.parse(JSON.stringify(message)))),
    limits.procedures,
  );
  // biome-ignore lint/suspicious/noExplicitAny: only the limits are asked for here
  const own: Channel<Record<string, never>, any> = new Channel(
    (message) => void setImmediate(() => primary.receive(JSON.parse(JSON.stringify(message)))),
    {},
  );
  const limiters = sharedLimiters(own, patienceMs);
  const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  return { limiters, settle, die: () => limits[Symbol.dispose]() };
}

async function entered(entering: ReturnType<ReturnType<typeof sharedLimiters>['places']>['enter']) {
  const waiting = entering();
  if (typeof waiting === 'boolean') throw new Error('nobody but the primary knows');
  return waiting.waited;
}

describe('rate limits', () => {
  it('are counted for all workers together, by name', async () => {
    const counts = new SharedCounts(() => 0);
    const [left, right] = [worker(counts).limiters, worker(counts).limiters];
    const [mine, yours] = [left.buckets('a', hourly), right.buckets('a', hourly)];
    const other = right.buckets('b', hourly);
    const draws = [await mine.take('x'), await yours.take('x'), await mine.take('x'), await yours.take('x')];
    expect(draws.map((draw) => draw?.allowed)).toEqual([true, true, true, false]);
    expect(draws[3]).toMatchObject({ remaining: 0, retryInMs: 1_200_000 });
    expect([(await yours.take('y'))?.allowed, (await other.take('x'))?.allowed]).toEqual([true, true]);
  });

  it('go on counting while one worker has them, and begin anew when none has', async () => {
    const counts = new SharedCounts(() => 0);
    const [left, right] = [worker(counts), worker(counts)];
    const once = { requests: 1, perMs: 3_600_000, burst: 1 };
    const mine = left.limiters.buckets('a', once);
    const yours = right.limiters.buckets('a', once);
    await mine.take('x');
    mine[Symbol.dispose]();
    await left.settle();
    const again = left.limiters.buckets('a', once);
    expect((await again.take('x'))?.allowed).toBe(false);
    // The old table may still have requests under way.
    expect((await mine.take('x'))?.allowed).toBe(false);
    again[Symbol.dispose]();
    yours[Symbol.dispose]();
    await left.settle();
    expect((await left.limiters.buckets('a', once).take('x'))?.allowed).toBe(true);
  });

  it('cannot be told when the primary does not answer', async () => {
    const { limiters } = worker(new SharedCounts(() => 0), { answers: false, patienceMs: 5 });
    expect(await limiters.buckets('a', hourly).take('x')).toBeUndefined();
  });
});

describe('places', () => {
  it('are shared, with one queue in the order of coming', async () => {
    const counts = new SharedCounts();
    const [mine, yours] = [worker(counts), worker(counts)].map(({ limiters }) => limiters.places('a', rule));
    if (mine === undefined || yours === undefined) throw new Error('two of them');
    expect([await entered(() => mine.enter()), await entered(() => yours.enter())]).toEqual(['entered', 'entered']);
    const order: string[] = [];
    const first = entered(() => yours.enter()).then((how) => order.push(`first ${how}`));
    await new Promise(setImmediate);
    const second = entered(() => mine.enter()).then((how) => order.push(`second ${how}`));
    expect(await entered(() => yours.enter())).toBe('full');
    mine.leave();
    await first;
    yours.leave();
    await second;
    expect(order).toEqual(['first entered', 'second entered']);
  });

  it('of a worker that dies are free, and those it waited for go to others', async () => {
    const counts = new SharedCounts();
    const [left, right] = [worker(counts), worker(counts)];
    const [mine, yours] = [left.limiters.places('a', rule), right.limiters.places('a', rule)];
    for (const _ of [1, 2]) expect(await entered(() => mine.enter())).toBe('entered');
    void entered(() => mine.enter());
    await left.settle();
    const waited = entered(() => yours.enter());
    await right.settle();
    left.die();
    expect([await waited, await entered(() => yours.enter())]).toEqual(['entered', 'entered']);
    const third = yours.enter();
    await right.settle();
    yours.leave();
    expect(typeof third === 'boolean' || (await third.waited)).toBe('entered');
  });

  it('that were taken by an earlier table are given back to the same count', async () => {
    const counts = new SharedCounts();
    const { limiters, settle } = worker(counts);
    const alone = { limit: 1, queue: 0, waitMs: 1 };
    const old = limiters.places('a', alone);
    expect(await entered(() => old.enter())).toBe('entered');
    old[Symbol.dispose]();
    const next = limiters.places('a', alone);
    expect(await entered(() => next.enter())).toBe('full');
    old.leave();
    await settle();
    expect(await entered(() => next.enter())).toBe('entered');
  });

  it('are not kept for somebody whom the answer did not reach', async () => {
    const counts = new SharedCounts();
    const [deaf, other] = [worker(counts, { answers: false, patienceMs: 5 }), worker(counts)];
    const alone = { limit: 1, queue: 0, waitMs: 1 };
    expect(await entered(() => deaf.limiters.places('a', alone).enter())).toBe('unknown');
    await deaf.settle();
    const places = other.limiters.places('a', alone);
    expect(await entered(() => places.enter())).toBe('entered');
  });

  it('never go to more than may have one, whatever happens, and are all free in the end', async () => {
    const step = fc.record({
      by: fc.nat(2),
      act: fc.constantFrom('enter', 'enter', 'enter', 'leave', 'abandon', 'die'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const counts = new SharedCounts();
        const start = () => {
          const { limiters, die } = worker(counts);
          return { places: limiters.places('a', rule), die, held: 0, waiting: [] as (() => void)[] };
        };
        const workers = [start(), start(), start()];
        const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
        for (const { by, act } of steps) {
          const one = workers[by] as (typeof workers)[number];
          if (act === 'enter') {
            const entering = one.places.enter();
            if (typeof entering === 'boolean') throw new Error('nobody but the primary knows');
            one.waiting.push(entering.abandon);
            void entering.waited.then((how: Waited) => {
              if (how === 'entered') one.held += 1;
            });
          } else if (act === 'leave' && one.held > 0) {
            one.held -= 1;
            one.places.leave();
          } else if (act === 'abandon') one.waiting.pop()?.();
          else if (act === 'die') {
            one.die();
            one.held = 0;
            workers[by] = start();
          }
          for (let turn = 0; turn < 4; turn++) await settle();
          expect(workers.reduce((sum, { held }) => sum + held, 0)).toBeLessThanOrEqual(rule.limit);
        }
        for (const { die } of workers) die();
        const last = start();
        const all = [last.places.enter(), last.places.enter()];
        const ended = await Promise.all(all.map((one) => typeof one !== 'boolean' && one.waited));
        expect(ended).toEqual(['entered', 'entered']);
      }),
      { numRuns: 40 },
    );
  });
});
