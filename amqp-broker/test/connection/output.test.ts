import amqplib, { type ConsumeMessage } from 'amqplib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { take } from '../differential/observe.js';
import { RawClient } from '../support/raw-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('bodies of every size come out as they went in, through large and small frames', { timeout: 60_000 }, async () => {
  await using broker = await testBroker();
  const sizes = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 20_000 }), fc.nat({ max: 300_000 }));
  for (const frameMax of [4096, 131_072]) {
    const connection = await amqplib.connect(`${broker.url}?frameMax=${frameMax}`, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 30 }), async (lengths) => {
        const bodies = lengths.map((length, index) => Buffer.alloc(length, `${index}:${length},`));
        for (const body of bodies) channel.sendToQueue(queue, body);
        const messages: ConsumeMessage[] = await take(channel, queue, bodies.length, { noAck: true });
        expect(messages.every(({ content }, index) => content.equals(bodies[index] as Buffer))).toBe(true);
      }),
      { numRuns: 12 },
    );
    await connection.close();
  }
});

test('close-ok waits for the answers that wait for the disk', async () => {
  await using folder = await temporaryFolder();
  await using broker = await testBroker({ dataDir: folder.path });
  await using raw = await RawClient.open(broker.url);
  raw.method(1, 'queue.declare', {
    reserved1: 0,
    queue: 'durable',
    passive: false,
    durable: true,
    exclusive: false,
    autoDelete: false,
    noWait: false,
    arguments: new Map(),
  });
  raw.method(0, 'connection.close', { replyCode: 200, replyText: 'bye', classId: 0, methodId: 0 });
  await raw.next('connection.close-ok');
  const before = raw.received.map((each) => (each.kind === 'method' ? each.method.method : each.kind));
  expect(before).toEqual(['queue.declare-ok']);
});
