import type { ConsumeMessage } from 'amqplib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AckBatch } from '../../src/events/amqp/ack-batch.js';

const delivery = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;

/** What a broker makes of the frames: refuses tags that are not outstanding (AMQP 0-9-1 §1.8.3.13). */
function strictBroker() {
  const outstanding = new Set<number>();
  const acked: number[] = [];
  const returned: number[] = [];
  let frames = 0;
  const settle = (tag: number, to: number[]) => {
    if (!outstanding.delete(tag)) throw new Error(`PRECONDITION_FAILED - unknown delivery tag ${tag}`);
    to.push(tag);
  };
  return {
    outstanding,
    acked,
    returned,
    frames: () => frames,
    channel: {
      ack({ fields }: { fields: { deliveryTag: number } }, allUpTo = false) {
        frames += 1;
        if (!outstanding.has(fields.deliveryTag)) throw new Error(`unknown delivery tag ${fields.deliveryTag}`);
        if (allUpTo) for (const tag of [...outstanding].filter((tag) => tag < fields.deliveryTag)) settle(tag, acked);
        settle(fields.deliveryTag, acked);
      },
      nack: ({ fields }: { fields: { deliveryTag: number } }) => settle(fields.deliveryTag, returned),
    },
  };
}

test('acknowledges exactly what is done, in whatever order it is done', () => {
  const deliveries = fc.integer({ min: 1, max: 60 }).chain((count) =>
    fc.record({
      order: fc.shuffledSubarray(Array.from({ length: count }, (_, n) => n)),
      failing: fc.func(fc.boolean()),
      size: fc.integer({ min: 1, max: 12 }),
      count: fc.constant(count),
    }),
  );
  fc.assert(
    fc.property(deliveries, ({ order, failing, size, count }) => {
      const broker = strictBroker();
      const batch = new AckBatch(broker.channel, { size, delayMs: 1_000_000 });
      const messages = Array.from({ length: count }, (_, n) => delivery(n + 1));
      for (const message of messages) {
        broker.outstanding.add(message.fields.deliveryTag);
        batch.delivered(message);
      }
      const done: number[] = [];
      const returned: number[] = [];
      for (const n of order) {
        const message = messages[n] as ConsumeMessage;
        (failing(n) ? returned : done).push(n + 1);
        if (failing(n)) batch.giveBack(message);
        else batch.done(message);
        expect(broker.acked.every((tag) => done.includes(tag))).toBe(true);
      }
      batch.flush();
      expect(broker.acked.toSorted()).toEqual(done.toSorted());
      expect(broker.returned).toEqual(returned);
      batch.discard();
    }),
  );
});

test('takes one frame for many deliveries in a row', () => {
  const broker = strictBroker();
  const batch = new AckBatch(broker.channel, { size: 10, delayMs: 1_000_000 });
  const messages = Array.from({ length: 30 }, (_, n) => delivery(n + 1));
  for (const message of messages) {
    broker.outstanding.add(message.fields.deliveryTag);
    batch.delivered(message);
  }
  for (const message of messages) batch.done(message);
  expect(broker.frames()).toBe(3);
  expect(broker.outstanding.size).toBe(0);
});

test('does not wait for company for ever', async () => {
  const broker = strictBroker();
  const batch = new AckBatch(broker.channel, { size: 10, delayMs: 1 });
  const message = delivery(1);
  broker.outstanding.add(1);
  batch.delivered(message);
  batch.done(message);
  await expect.poll(() => broker.acked).toEqual([1]);
});

test('is silent once the channel is gone', () => {
  const gone = () => {
    throw new Error('Channel closed');
  };
  const batch = new AckBatch({ ack: gone, nack: gone }, { size: 1, delayMs: 1 });
  const [first, second] = [delivery(1), delivery(2)];
  batch.delivered(first);
  batch.delivered(second);
  expect(() => batch.done(first)).not.toThrow();
  expect(() => batch.giveBack(second)).not.toThrow();
});
