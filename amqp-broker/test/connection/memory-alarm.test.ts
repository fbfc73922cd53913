import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { bool, table } from '../../src/codec/field.js';
import { FRAME } from '../../src/codec/frame.js';
import { testBroker } from '../../src/index.js';
import { within } from '../differential/observe.js';
import { RawClient } from '../support/raw-client.js';

const COUNT = 2_000;
const BODY = Buffer.alloc(1_000, 'x');
const limits = { memoryBytes: 200_000 };

test('publishers are told when memory is low, read from no more, and told when it is not', async () => {
  await using broker = await testBroker({ limits });
  const publisher = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await publisher.createConfirmChannel();
  await channel.assertQueue('much');
  const blocked = once(publisher, 'blocked');
  const unblocked = once(publisher, 'unblocked');
  for (let number = 0; number < COUNT; number += 1) channel.sendToQueue('much', BODY);
  expect(await within(blocked, 'not told that it is blocked')).toEqual(['low on memory']);
  const taken = () => broker.stats().queues[0]?.ready ?? 0;
  expect(taken()).toBeLessThan(COUNT);
  // A connection that does not publish is served all the same.
  const consumer = await amqplib.connect(broker.url, { noDelay: true });
  const deliveries = await consumer.createChannel();
  let received = 0;
  await deliveries.consume('much', (message) => {
    received += 1;
    if (message !== null) deliveries.ack(message);
  });
  await within(unblocked, 'not told that it is unblocked');
  await within(channel.waitForConfirms(), 'not everything was confirmed');
  await expect.poll(() => received).toBe(COUNT);
  await publisher.close();
  await consumer.close();
});

test.each([true, false])('only those are told who said that they understand (%s)', async (understands) => {
  await using broker = await testBroker({ limits: { memoryBytes: 1 } });
  const capabilities = table({ 'connection.blocked': bool(understands) });
  await using raw = await RawClient.open(broker.url, table({ capabilities: { type: 'table', value: capabilities } }));
  raw.method(1, 'queue.declare', {
    reserved1: 0,
    queue: 'kept',
    passive: false,
    durable: false,
    exclusive: false,
    autoDelete: false,
    noWait: false,
    arguments: new Map(),
  });
  await raw.next('queue.declare-ok');
  raw.method(1, 'basic.publish', {
    reserved1: 0,
    exchange: '',
    routingKey: 'kept',
    mandatory: false,
    immediate: false,
  });
  raw.frame(FRAME.HEADER, 1, Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  await expect.poll(() => broker.stats().queues[0]?.ready).toBe(1);
  // Not read from: what it asks now is answered after the queue was emptied from elsewhere.
  raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 1, global: false });
  const other = await amqplib.connect(broker.url);
  const channel = await other.createChannel();
  const methods = () => raw.received.map((each) => (each.kind === 'method' ? each.method.method : each.kind));
  expect(methods()).not.toContain('basic.qos-ok');
  await channel.purgeQueue('kept');
  await raw.next('basic.qos-ok');
  expect(methods().filter((method) => /blocked/.test(method))).toEqual(
    understands ? ['connection.blocked', 'connection.unblocked'] : [],
  );
  await other.close();
});

test('a publisher that is not read from is not taken for dead', async () => {
  await using broker = await testBroker({ limits });
  const publisher = await amqplib.connect(`${broker.url}?heartbeat=1`, { noDelay: true });
  const channel = await publisher.createConfirmChannel();
  await channel.assertQueue('much');
  const blocked = once(publisher, 'blocked');
  const unblocked = once(publisher, 'unblocked');
  for (let number = 0; number < COUNT; number += 1) channel.sendToQueue('much', BODY);
  await within(blocked, 'not told that it is blocked');
  // Longer than the two intervals after which a silent client is given up.
  await sleep(3_500);
  expect(broker.stats().connections).toBe(1);
  const consumer = await amqplib.connect(broker.url, { noDelay: true });
  const deliveries = await consumer.createChannel();
  await deliveries.consume('much', () => {}, { noAck: true });
  await within(unblocked, 'not told that it is unblocked');
  await within(channel.waitForConfirms(), 'not everything was confirmed');
  await publisher.close();
  await consumer.close();
});
