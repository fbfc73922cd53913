import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bulkhead, type Waited } from '../../../../src/gateway/policies/limits/bulkhead.js';

const rule = { limit: 1, queue: 2, waitMs: 60_000 };

describe('Bulkhead', () => {
  it('lets the first in first, and gives each place to one alone', async () => {
    const bulkhead = new Bulkhead(rule);
    expect(bulkhead.tryEnter()).toBe(true);
    expect(bulkhead.tryEnter()).toBe(false);
    const order: string[] = [];
    const first = bulkhead.queueUp()?.waited.then((how) => order.push(`first ${how}`));
    const second = bulkhead.queueUp()?.waited.then((how) => order.push(`second ${how}`));
    expect(bulkhead.queueUp()).toBeUndefined();
    bulkhead.leave();
    await first;
    expect([bulkhead.running, bulkhead.waiting, bulkhead.tryEnter()]).toEqual([1, 1, false]);
    bulkhead.leave();
    await second;
    bulkhead.leave();
    expect(order).toEqual(['first entered', 'second entered']);
    expect(bulkhead.running).toBe(0);
  });

  it('does not keep a place for who has gone or came too late', async () => {
    const bulkhead = new Bulkhead({ ...rule, waitMs: 5 });
    bulkhead.tryEnter();
    const [gone, late] = [bulkhead.queueUp(), bulkhead.queueUp()];
    gone?.abandon();
    expect(await gone?.waited).toBe('gone');
    expect(await late?.waited).toBe('too-late');
    bulkhead.leave();
    expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
    expect(bulkhead.tryEnter()).toBe(true);
  });

  it('never has more running than its limit, nor more waiting than its queue, whatever comes', async () => {
    const step = fc.constantFrom('enter', 'leave', 'abandon');
    const sizes = fc.record({ limit: fc.integer({ min: 1, max: 4 }), queue: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(step, { maxLength: 60 }), async (size, steps) => {
        const bulkhead = new Bulkhead({ ...size, waitMs: 60_000 });
        let inside = 0;
        const waiting: { waited: Promise<Waited>; abandon(): void }[] = [];
        const entered = async () => {
          await Promise.resolve();
          await Promise.resolve();
        };
        for (const act of steps) {
          if (act === 'enter') {
            const place = bulkhead.tryEnter() ? undefined : bulkhead.queueUp();
            if (place === undefined) inside = bulkhead.running;
            else {
              waiting.push(place);
              void place.waited;
            }
          } else if (act === 'leave' && inside > 0) {
            bulkhead.leave();
            inside = bulkhead.running;
          } else waiting.shift()?.abandon();
          await entered();
          expect(bulkhead.running).toBeLessThanOrEqual(size.limit);
          expect(bulkhead.waiting).toBeLessThanOrEqual(size.queue);
          if (bulkhead.waiting > 0) expect(bulkhead.running).toBe(size.limit);
        }
        for (const { abandon } of waiting) abandon();
        while (bulkhead.running > 0) bulkhead.leave();
        expect(bulkhead.waiting).toBe(0);
      }),
    );
  });
});
