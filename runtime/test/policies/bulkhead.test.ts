import { getEventListeners } from 'node:events';
import { Bulkhead } from '@mscli/runtime/policies';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const never = new AbortController().signal;

test('lets so many in, keeps so many waiting, in their order, and refuses more', async () => {
  const bulkhead = new Bulkhead({ limit: 1, queue: 2 });
  const first = await bulkhead.enter(never);
  const order: string[] = [];
  const [second, third] = ['second', 'third'].map((name) =>
    bulkhead.enter(never).then((place) => {
      order.push(name);
      return place;
    }),
  );
  expect(await bulkhead.enter(never)).toBeUndefined();
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  (await second)?.[Symbol.dispose]();
  (await third)?.[Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
  expect(await bulkhead.enter(never)).toBeDefined();
});

test('who gives up leaves the queue', async () => {
  const bulkhead = new Bulkhead({ limit: 1, queue: 1 });
  const place = await bulkhead.enter(never);
  const controller = new AbortController();
  const waiting = bulkhead.enter(controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  const next = bulkhead.enter(never);
  place?.[Symbol.dispose]();
  expect(await next).toBeDefined();
  await expect(bulkhead.enter(AbortSignal.abort(new Error('at once')))).rejects.toThrow('at once');
});

test('never lets more in than its limit, and loses no place', async () => {
  const visit = fc.record({ steps: fc.nat(5), givesUp: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (visits, limit) => {
      const bulkhead = new Bulkhead({ limit, queue: 100 });
      let inside = 0;
      const signals: AbortSignal[] = [];
      const enter = async ({ steps, givesUp }: { steps: number; givesUp: boolean }) => {
        const controller = new AbortController();
        signals.push(controller.signal);
        const entering = bulkhead.enter(controller.signal);
        if (givesUp) controller.abort();
        using _place = await entering;
        inside += 1;
        expect(inside).toBeLessThanOrEqual(limit);
        for (let step = 0; step < steps; step += 1) await null;
        inside -= 1;
      };
      await Promise.allSettled(visits.map(enter)).then((ends) => {
        for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ name: 'AbortError' });
      });
      for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
      const places = await Promise.all(Array.from({ length: limit }, () => bulkhead.enter(never)));
      expect(places.every((place) => place !== undefined)).toBe(true);
    }),
  );
});
