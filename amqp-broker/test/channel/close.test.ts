import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';

test('what dies when a channel closes does not go to another consumer of that channel', async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const closing = await connection.createConfirmChannel();
  await closing.assertQueue('short', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  await closing.assertQueue('dead');
  const delivered = new Promise((resolve) => void closing.consume('short', resolve));
  const dead: unknown[] = [];
  await closing.consume('dead', (message) => dead.push(message), { noAck: true });
  closing.sendToQueue('short', Buffer.from('late'), { expiration: 0 });
  await delivered;
  closing.on('error', () => {});
  const closed = new Promise((resolve) => void closing.once('close', resolve));
  await closing.checkQueue('nowhere').catch(() => {});
  await closed;
  expect(dead).toEqual([]);
  const { messageCount } = await (await connection.createChannel()).checkQueue('dead');
  expect(messageCount).toBe(1);
  await connection.close();
});

test('what a closing connection held does not go to its own consumers', async () => {
  await using broker = await testBroker();
  const closing = await amqplib.connect(broker.url, { noDelay: true });
  const holder = await closing.createConfirmChannel();
  await holder.assertQueue('held');
  holder.sendToQueue('held', Buffer.from('once'));
  await holder.waitForConfirms();
  await holder.get('held');
  const greedy = await closing.createChannel();
  await greedy.consume('held', () => {}, { noAck: true });
  await closing.close();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const { messageCount } = await (await connection.createChannel()).checkQueue('held');
  expect(messageCount).toBe(1);
  await connection.close();
});
