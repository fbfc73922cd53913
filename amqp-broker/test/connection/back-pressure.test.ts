import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { within } from '../differential/observe.js';
import { RawClient } from '../support/raw-client.js';

const COUNT = 3_000;
const bodyOf = (number: number) => Buffer.alloc(10_000, `${number},`);

test('a consumer that does not read gets no more than its socket holds, and all of it once it reads', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('slow');
  await using raw = await RawClient.open(broker.url);
  let received = 0;
  raw.method(1, 'basic.consume', {
    reserved1: 0,
    queue: 'slow',
    consumerTag: 'slow',
    noLocal: false,
    noAck: true,
    exclusive: false,
    noWait: false,
    arguments: new Map(),
  });
  await raw.next('basic.consume-ok');
  raw.socket.pause();
  for (let number = 0; number < COUNT; number += 1) channel.sendToQueue('slow', bodyOf(number));
  await channel.waitForConfirms();
  const waiting = () => broker.stats().queues[0]?.ready ?? 0;
  // 30 MB were sent; kernel buffers and the broker's own bound hold a few of them.
  expect(waiting()).toBeGreaterThan(COUNT / 2);
  const all = new Promise<void>((resolve) => {
    raw.socket.on('data', () => {
      received = raw.received.filter((each) => each.kind === 'body').length;
      if (received === COUNT) resolve();
    });
  });
  raw.socket.resume();
  await within(all, 'not everything was delivered');
  expect(waiting()).toBe(0);
  const bodies = raw.received.flatMap((each) => (each.kind === 'body' ? [each.bytes] : []));
  expect(bodies.every((body, number) => body.equals(bodyOf(number)))).toBe(true);
  await connection.close();
});
