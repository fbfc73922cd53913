import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';

test('the arguments of a binding are looked at before the owner of the queue', async () => {
  await using broker = await testBroker();
  const [owner, other] = [await amqplib.connect(broker.url), await amqplib.connect(broker.url)];
  await (await owner.createChannel()).assertQueue('own', { exclusive: true });
  const channel = await other.createChannel();
  channel.on('error', () => {});
  const bound = channel.bindQueue('own', 'amq.headers', '', { 'x-match': 'none of these' });
  await expect(bound).rejects.toThrow('406 (PRECONDITION-FAILED)');
  await owner.close();
  await other.close();
});
