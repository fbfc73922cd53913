import { open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import amqplib, { type ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Broker, testBroker } from '../../src/index.js';
import { Message } from '../../src/message.js';
import { Pager } from '../../src/store/pager.js';
import { Spill } from '../../src/store/spill.js';
import { drain, holds, take } from '../differential/observe.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** So little that nearly everything goes to files. */
const limits = { residentBytes: 4096 };

/** A body that says which message it belongs to, from its first byte to its last. */
const bodyOf = (number: number) => Buffer.alloc(50 + ((number * 7919) % 6_000), `${number},`);

async function connected(url: string): Promise<ConfirmChannel & AsyncDisposable> {
  const connection = await amqplib.connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  return Object.assign(channel, { [Symbol.asyncDispose]: () => connection.close() });
}

async function publish(channel: ConfirmChannel, queue: string, from: number, to: number, persistent: boolean) {
  for (let number = from; number < to; number += 1) channel.sendToQueue(queue, bodyOf(number), { persistent });
  await channel.waitForConfirms();
}

const whole = (messages: readonly amqplib.Message[], from: number) =>
  messages.every(({ content }, index) => content.equals(bodyOf(from + index)));

test.each([true, false])(
  'bodies that went to files come back whole and in order (persistent: %s)',
  async (persistent) => {
    await using folder = await temporaryFolder();
    await using broker = await testBroker({ dataDir: folder.path, limits });
    await using channel = await connected(broker.url);
    await channel.assertQueue('deep', { durable: true });
    await publish(channel, 'deep', 0, 2_000, persistent);
    expect(broker.stats().memoryBytes).toBeLessThan(2_000_000);
    const first = await channel.get('deep');
    expect(first !== false && first.content.equals(bodyOf(0))).toBe(true);
    if (first !== false) channel.nack(first);
    const messages = await take(channel, 'deep', 2_000);
    expect(whole(messages, 0)).toBe(true);
    channel.ackAll();
    await holds(channel, 'deep', 0);
    await expect.poll(() => broker.stats().memoryBytes).toBe(0);
    // Files of spilled bodies have no names.
    expect((await readdir(folder.path)).sort()).toEqual(['journal', 'lock']);
  },
);

test('a message in a durable and a transient queue outlives its record in the journal', async () => {
  await using folder = await temporaryFolder();
  await using broker = await testBroker({ dataDir: folder.path, limits });
  await using channel = await connected(broker.url);
  await channel.assertQueue('durable', { durable: true });
  await channel.assertQueue('transient', { durable: false });
  for (const queue of ['durable', 'transient']) await channel.bindQueue(queue, 'amq.fanout', '');
  const from = broker.stats().journalBytes;
  for (let number = 0; number < 3_500; number += 1)
    channel.publish('amq.fanout', '', bodyOf(number), { persistent: true });
  await channel.waitForConfirms();
  const written = broker.stats().journalBytes - from;
  expect(written).toBeGreaterThan(8 * 1024 * 1024);
  await channel.purgeQueue('durable');
  // Nothing in it is live any more, so the next write has it written anew.
  await channel.assertQueue('another', { durable: true });
  await expect.poll(() => broker.stats().journalBytes, { timeout: 10_000 }).toBeLessThan(written / 10);
  expect(whole(await take(channel, 'transient', 3_500), 0)).toBe(true);
});

test('bodies are found again after the journal was compacted, those published meanwhile too, and after a restart', {
  timeout: 60_000,
}, async () => {
  await using folder = await temporaryFolder();
  const options = { dataDir: folder.path, limits };
  {
    await using broker = await testBroker(options);
    await using channel = await connected(broker.url);
    await channel.assertQueue('kept', { durable: true });
    await channel.assertQueue('gone', { durable: true });
    await publish(channel, 'kept', 0, 500, true);
    await publish(channel, 'gone', 0, 4_000, true);
    const before = broker.stats().journalBytes;
    await channel.purgeQueue('gone');
    let next = 500;
    while (broker.stats().journalBytes >= before) {
      await publish(channel, 'kept', next, next + 20, true);
      next += 20;
      expect(next).toBeLessThan(5_000);
    }
    await publish(channel, 'kept', next, 1_500 + next, true);
    const messages = await take(channel, 'kept', next + 1_500);
    expect(whole(messages, 0)).toBe(true);
    channel.ack(messages[next - 1] as amqplib.Message, true);
    await holds(channel, 'kept', 0);
    await channel.recover();
    await publish(channel, 'kept', 1_500 + next, 1_600 + next, true);
    await holds(channel, 'kept', 1_600);
    await channel.deleteQueue('gone');
    await channel.assertQueue('first', { durable: true });
    channel.sendToQueue('first', Buffer.from(String(next)), { persistent: true });
    await channel.waitForConfirms();
  }
  await using broker = await testBroker(options);
  await using channel = await connected(broker.url);
  const [{ body }] = (await drain(channel, 'first')) as [{ body: string }];
  expect(whole(await take(channel, 'kept', 1_600), Number(body))).toBe(true);
});

test('what waits since before a restart is found where a compaction moved it, and what comes later is behind it', async () => {
  await using folder = await temporaryFolder();
  const options = { dataDir: folder.path, limits };
  {
    await using broker = await testBroker(options);
    await using channel = await connected(broker.url);
    await channel.assertQueue('gone', { durable: true });
    await publish(channel, 'gone', 0, 3_500, true);
    await channel.assertQueue('kept', { durable: true });
    await publish(channel, 'kept', 0, 400, true);
  }
  await using broker = await testBroker(options);
  await using channel = await connected(broker.url);
  const [first] = await take(channel, 'kept', 1);
  expect(whole([first as amqplib.Message], 0)).toBe(true);
  await channel.recover();
  let largest = 0;
  for (let rounds = 0; broker.stats().journalBytes >= largest; rounds += 1) {
    largest = broker.stats().journalBytes;
    await channel.purgeQueue('gone');
    await publish(channel, 'gone', 0, 500, true);
    await publish(channel, 'kept', 400 + rounds, 401 + rounds, true);
    expect(rounds).toBeLessThan(30);
  }
  await channel.purgeQueue('gone');
  const messages = await take(channel, 'kept', (await channel.checkQueue('kept')).messageCount);
  expect(messages.length).toBeGreaterThan(400);
  expect(whole(messages, 0)).toBe(true);
  channel.ackAll();
  await expect.poll(() => broker.stats().memoryBytes).toBe(0);
});

test('a dead letter takes its body along from the file', async () => {
  await using folder = await temporaryFolder();
  await using broker = await testBroker({ dataDir: folder.path, limits });
  await using channel = await connected(broker.url);
  await channel.assertQueue('dead', { durable: true });
  const deadLetter = { deadLetterExchange: '', deadLetterRoutingKey: 'dead' };
  await channel.assertQueue('short', { durable: true, maxLength: 300, ...deadLetter });
  await publish(channel, 'short', 0, 1_000, true);
  expect(whole(await take(channel, 'dead', 700), 0)).toBe(true);
  expect(whole(await take(channel, 'short', 300), 700)).toBe(true);
});

test('a body that the disk damaged is dropped aloud, and the broker goes on', async () => {
  await using folder = await temporaryFolder();
  const lines: string[] = [];
  await using broker = await new Broker({
    port: 0,
    dataDir: folder.path,
    limits,
    log: (line) => lines.push(line.message),
  }).start();
  await using channel = await connected(broker.url);
  await channel.assertQueue('damaged', { durable: true });
  await publish(channel, 'damaged', 0, 400, true);
  const file = await open(join(folder.path, 'journal'), 'r+');
  const bytes = await file.readFile();
  const at = bytes.indexOf('300,300,300,');
  await file.write(Buffer.from('x'), 0, 1, at + 5);
  await file.close();
  const messages = await take(channel, 'damaged', 399);
  expect(whole(messages.slice(0, 300), 0) && whole(messages.slice(300), 301)).toBe(true);
  expect(lines).toContain('a message cannot be read back from the disk and is dropped');
});

test.skipIf(process.platform !== 'linux')('a body damaged in a file without a name is dropped aloud too', async () => {
  await using folder = await temporaryFolder();
  const lines: string[] = [];
  const log = ({ message }: { message: string }) => lines.push(message);
  await using broker = await new Broker({ port: 0, dataDir: folder.path, limits, log }).start();
  await using channel = await connected(broker.url);
  await channel.assertQueue('damaged', { durable: false });
  await publish(channel, 'damaged', 0, 400, false);
  for (const name of await readdir('/proc/self/fd')) {
    const path = `/proc/self/fd/${name}`;
    if (!(await readlink(path).catch(() => '')).startsWith(join(folder.path, 'amqp-spill-'))) continue;
    const file = await open(path, 'r+');
    const at = (await file.readFile()).indexOf('300,300,300,');
    await file.write(Buffer.from('x'), 0, 1, at + 5);
    await file.close();
  }
  const messages = await take(channel, 'damaged', 399);
  expect(whole(messages.slice(0, 300), 0) && whole(messages.slice(300), 301)).toBe(true);
  expect(lines).toContain('a message cannot be read back from the disk and is dropped');
});

test('what the spill takes it gives back, and what the pager counts ends at nothing', async () => {
  await using folder = await temporaryFolder();
  const sizes = fc.array(fc.tuple(fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sizes, async (messages) => {
      const spill = new Spill(folder.path);
      const pager = new Pager({ residentBytes: 50_000, memoryBytes: 1, spill });
      const held = messages.map(([size, copies], index) => {
        const content = Buffer.alloc(size + 2, `${index},`);
        const fields = {
          exchange: '',
          routingKey: '',
          bodyAt: 2,
          persistent: false,
          priority: 0,
          expirationMs: undefined,
        };
        const message = new Message({ ...fields, content });
        pager.hold(message, copies);
        pager.queued(message, false);
        return { message, content, copies };
      });
      for (const { message, content, copies } of held) {
        expect(message.content.equals(content)).toBe(true);
        for (let copy = 0; copy < copies; copy += 1) pager.release(message);
      }
      expect(pager.used).toBe(0);
      spill.close();
    }),
    { numRuns: 30 },
  );
  expect(await readdir(folder.path)).toEqual([]);
});
