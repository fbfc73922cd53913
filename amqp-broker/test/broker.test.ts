import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../src/index.js';

test('a message published to a bound queue is consumed with its properties and body', async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('events', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('');
  await channel.bindQueue(queue, 'events', 'order.*');
  const received = new Promise<amqplib.ConsumeMessage>((resolve) => {
    void channel.consume(queue, (message) => message && resolve(message));
  });
  channel.publish('events', 'order.placed', Buffer.from('{"id":1}'), {
    headers: { a: 1, b: [true, 'x'] },
    messageId: 'm1',
  });
  await channel.waitForConfirms();
  const message = await received;
  channel.ack(message);
  expect(message.content.toString()).toBe('{"id":1}');
  expect(message.properties.headers).toEqual({ a: 1, b: [true, 'x'] });
  expect(message.fields).toMatchObject({
    exchange: 'events',
    routingKey: 'order.placed',
    redelivered: false,
    deliveryTag: 1,
  });
  await connection.close();
});
