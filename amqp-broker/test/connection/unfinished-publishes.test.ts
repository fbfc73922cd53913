import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { FRAME } from '../../src/codec/frame.js';
import { type BrokerHandle, testBroker } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { RawClient } from '../support/raw-client.js';

const MEMORY = 4 * 2 ** 20;
const BODY = 2 ** 20;
const PART = Buffer.alloc(64 * 1024, 'x');
/** What a socket may bring in one read, and what is counted before its body came. */
const SLACK = 256 * 1024;

/** Announces a body of 1 MiB on the channel and sends so many 64 KiB of it. */
function begin(client: RawClient, channel: number, parts: number): void {
  const publish = { reserved1: 0, exchange: '', routingKey: 'big', mandatory: false, immediate: false };
  client.method(channel, 'basic.publish', publish);
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  header.writeUInt32BE(BODY, 8);
  client.frame(FRAME.HEADER, channel, header);
  for (let part = 0; part < parts; part += 1) client.frame(FRAME.BODY, channel, PART);
}

/** Waits until what is counted does not grow any more. */
async function settledMemory(broker: BrokerHandle): Promise<number> {
  let last = -1;
  await eventually(async () => {
    const before = last;
    last = broker.stats().memoryBytes;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return last > 0 && before === last;
  }, 'memory settled');
  return last;
}

test('bodies that are not complete count as memory; all of them arrive once their rest comes', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker({ limits: { memoryBytes: MEMORY } });
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createChannel();
  await channel.assertQueue('big', { durable: false });
  let received = 0;
  await channel.consume(
    'big',
    (message) => {
      received += message?.content.length ?? 0;
    },
    { noAck: true },
  );
  const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(broker.url)));
  for (const client of clients) begin(client, 1, 15);
  expect(await settledMemory(broker)).toBeLessThan(MEMORY + clients.length * SLACK);
  for (const client of clients) client.frame(FRAME.BODY, 1, PART);
  await eventually(() => received === clients.length * BODY, 'all bodies arrived');
  await eventually(() => broker.stats().memoryBytes === 0, 'nothing is counted any more');
  for (const client of clients) await client[Symbol.asyncDispose]();
  await connection.close();
});

test('clients that never complete their bodies hold no more than the limit, and nothing once they are gone', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker({ limits: { memoryBytes: MEMORY } });
  const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.open(broker.url)));
  for (const client of clients) begin(client, 1, 15);
  const held = await settledMemory(broker);
  expect(held).toBeGreaterThan(MEMORY / 2);
  expect(held).toBeLessThan(MEMORY + clients.length * SLACK);
  for (const client of clients) client.socket.destroy();
  await eventually(() => broker.stats().memoryBytes === 0, 'nothing is counted any more');
});

test('a client that begins bodies on all its channels is closed before they fill the memory', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker({ limits: { memoryBytes: MEMORY, messageBytes: BODY } });
  await using client = await RawClient.open(broker.url);
  for (let channel = 1; channel <= 20; channel += 1) {
    if (channel > 1) client.method(channel, 'channel.open', { reserved1: '' });
    begin(client, channel, 15);
  }
  const close = await client.next('connection.close');
  expect(close).toMatchObject({ replyCode: 506 });
  await eventually(() => broker.stats().memoryBytes === 0, 'nothing is counted any more');
});

test('publishes that wait for a commit count as memory, and a transaction cannot take more than there is', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker({ limits: { memoryBytes: MEMORY } });
  await using client = await RawClient.open(broker.url);
  client.method(1, 'tx.select', {});
  await client.next('tx.select-ok');
  const publishOne = () => {
    const publish = { reserved1: 0, exchange: '', routingKey: 'nobody', mandatory: false, immediate: false };
    client.method(1, 'basic.publish', publish);
    const header = Buffer.alloc(14);
    header.writeUInt16BE(60, 0);
    header.writeUInt32BE(PART.length, 8);
    client.frame(FRAME.HEADER, 1, header);
    client.frame(FRAME.BODY, 1, PART);
  };
  for (let count = 0; count < 10; count += 1) publishOne();
  await eventually(() => broker.stats().memoryBytes > 10 * PART.length, 'the publishes are counted');
  client.method(1, 'tx.rollback', {});
  await client.next('tx.rollback-ok');
  expect(broker.stats().memoryBytes).toBe(0);
  for (let count = 0; count < 100; count += 1) publishOne();
  const close = await client.next('channel.close');
  expect(close).toMatchObject({ replyCode: 406 });
  await eventually(() => broker.stats().memoryBytes === 0, 'nothing is counted any more');
});
