import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { eventually } from '../support/eventually.js';

test('a rejected message that comes back to its queue goes to the consumer that rejected it, when it is the first in rank', async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('round', { deadLetterExchange: '', deadLetterRoutingKey: 'round' });
  await channel.prefetch(1);
  const told: string[] = [];
  await channel.consume('round', () => told.push('second'), { priority: -1 });
  await channel.consume('round', (message) => {
    told.push('first');
    if (message !== null && told.length === 1) channel.nack(message, false, false);
  });
  channel.sendToQueue('round', Buffer.from('again'));
  await eventually(() => told.length === 2, 'delivered twice');
  expect(told).toEqual(['first', 'first']);
  await connection.close();
});
