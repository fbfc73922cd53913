import { AMQPClient, AMQPSession } from '@cloudamqp/amqp-client';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { restartableBroker } from '../support/restartable-broker.js';

const MESSAGES = 100;

test('@cloudamqp/amqp-client: a session comes back with its consumer after a restart', {
  timeout: 60_000,
}, async () => {
  await using server = await restartableBroker();
  const session = await AMQPSession.connect(server.url, { reconnectInterval: 50, maxReconnectInterval: 200 });
  const queue = await session.queue('cloud');
  const seen = new Set<string>();
  await queue.subscribe(async (message) => {
    seen.add(message.bodyString() ?? '');
  });
  const publish = async (from: number, to: number) => {
    for (let number = from; number < to; number += 1) await queue.publish(`message ${number}`, { deliveryMode: 2 });
  };
  await publish(0, MESSAGES / 2);
  await server.restart();
  const consuming = () =>
    server.broker.stats().queues.some(({ name, consumers }) => name === 'cloud' && consumers === 1);
  await eventually(consuming, 'the consumer back');
  await publish(MESSAGES / 2, MESSAGES);
  await eventually(() => seen.size === MESSAGES, 'all messages');
  await session.stop();
});

test('@cloudamqp/amqp-client: confirmed publishes, gets, rejections and errors on plain channels', async () => {
  await using server = await restartableBroker();
  const client = new AMQPClient(server.url);
  const connection = await client.connect();
  const channel = await connection.channel();
  await channel.confirmSelect();
  const { name } = await channel.queueDeclare('', { exclusive: true });
  await channel.exchangeDeclare('cloud.headers', 'headers', { durable: false, autoDelete: true });
  await channel.queueBind(name, 'cloud.headers', '', { 'x-match': 'all', kind: 'bill' });
  expect(await channel.basicPublish('cloud.headers', '', 'one', { headers: { kind: 'bill' } })).toBe(1);
  expect(await channel.basicPublish('cloud.headers', '', 'two', { headers: { kind: 'note' } })).toBe(2);
  const message = await channel.basicGet(name, { noAck: false });
  expect([message?.bodyString(), message?.messageCount, message?.redelivered]).toEqual(['one', 0, false]);
  await message?.reject(true);
  expect((await channel.basicGet(name, { noAck: true }))?.redelivered).toBe(true);
  const broken = await connection.channel();
  await expect(broken.queueDeclare('missing', { passive: true })).rejects.toThrow('404');
  expect((await channel.queueDeclare(name, { passive: true })).messageCount).toBe(0);
  await connection.close();
});
