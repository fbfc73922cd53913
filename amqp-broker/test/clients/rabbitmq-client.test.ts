import { Connection } from 'rabbitmq-client';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { restartableBroker } from '../support/restartable-broker.js';

const EVENTS = 100;

test('rabbitmq-client: consumer and publisher find their way back after a restart', { timeout: 60_000 }, async () => {
  await using server = await restartableBroker();
  const rabbit = new Connection({ url: server.url, retryLow: 50, retryHigh: 200 });
  rabbit.on('error', () => {});
  const seen = new Set<number>();
  const consumer = rabbit.createConsumer(
    {
      queue: 'events',
      queueOptions: { durable: true },
      qos: { prefetchCount: 5 },
      exchanges: [{ exchange: 'shop', type: 'topic', durable: true }],
      queueBindings: [{ exchange: 'shop', routingKey: 'order.*' }],
    },
    async (message) => {
      seen.add((message.body as { number: number }).number);
    },
  );
  consumer.on('error', () => {});
  const publisher = rabbit.createPublisher({
    confirm: true,
    maxAttempts: 20,
    exchanges: [{ exchange: 'shop', type: 'topic', durable: true }],
  });
  const publish = async (from: number, to: number) => {
    for (let number = from; number < to; number += 1) {
      await publisher.send({ exchange: 'shop', routingKey: 'order.placed', durable: true }, { number });
    }
  };
  await eventually(
    () => server.broker.stats().queues.some((queue) => queue.name === 'events' && queue.consumers === 1),
    'a consumer',
  );
  await publish(0, EVENTS / 2);
  await server.restart();
  await publish(EVENTS / 2, EVENTS);
  await eventually(() => seen.size === EVENTS, 'all events');
  await publisher.close();
  await consumer.close();
  await rabbit.close();
});

test('rabbitmq-client: requests and responses', { timeout: 60_000 }, async () => {
  await using server = await restartableBroker();
  const rabbit = new Connection({ url: server.url });
  rabbit.on('error', () => {});
  const responder = rabbit.createConsumer(
    { queue: 'sums', queueOptions: { exclusive: true } },
    async (message, reply) => {
      const { a, b } = message.body as { a: number; b: number };
      await reply(a + b);
    },
  );
  const client = rabbit.createRPCClient({ confirm: true });
  const answers = await Promise.all(
    [1, 2, 3].map(async (a) => (await client.send('sums', { a, b: 10 })).body as number),
  );
  expect(answers).toEqual([11, 12, 13]);
  await client.close();
  await responder.close();
  await rabbit.close();
});

test('rabbitmq-client: an error names its code, and the next call works', async () => {
  await using server = await restartableBroker();
  const rabbit = new Connection({ url: server.url });
  rabbit.on('error', () => {});
  await rabbit.queueDeclare({ queue: 'lasting', durable: true });
  await expect(rabbit.queueDeclare({ queue: 'lasting', durable: false })).rejects.toMatchObject({
    code: 'PRECONDITION_FAILED',
  });
  expect(await rabbit.queueDeclare({ queue: 'lasting', passive: true })).toMatchObject({ queue: 'lasting' });
  await rabbit.close();
});
