import { appendFile, copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import amqplib, { type ConfirmChannel } from 'amqplib';
import { expect, test } from 'vitest';
import { BrokerError, testBroker } from '../../src/index.js';
import { drain, holds, take } from '../differential/observe.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Runs the work with a broker on the folder, and stops it. */
async function withBroker<T>(dataDir: string, work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
  await using broker = await testBroker({ dataDir });
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const result = await work(channel);
  await channel.waitForConfirms();
  await connection.close();
  return result;
}

const bodiesOf = (messages: unknown[]) => messages.map((message) => (message as { body: string }).body);

test('durable queues, exchanges, bindings and persistent messages survive, everything else does not', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    await channel.assertExchange('kept', 'topic', { durable: true, alternateExchange: 'amq.fanout' });
    await channel.assertExchange('inner', 'fanout', { durable: true, internal: true });
    await channel.assertExchange('lost', 'topic', { durable: false });
    await channel.assertQueue('kept', { durable: true, messageTtl: 600_000 });
    await channel.assertQueue('lost', { durable: false });
    await channel.bindQueue('kept', 'kept', 'a.#', { some: ['argument', 1] });
    await channel.bindQueue('kept', 'kept', 'gone');
    await channel.unbindQueue('kept', 'kept', 'gone');
    await channel.bindExchange('inner', 'kept', 'a.#');
    await channel.bindQueue('kept', 'lost', '#');
    await channel.assertExchange('deleted', 'fanout', { durable: true });
    await channel.deleteExchange('deleted');
    await channel.assertQueue('deleted', { durable: true });
    channel.sendToQueue('deleted', Buffer.from('x'), { persistent: true });
    await channel.deleteQueue('deleted');
    channel.publish('kept', 'a.1', Buffer.from('1'), { persistent: true, headers: { a: 1 }, messageId: 'm' });
    channel.publish('kept', 'a.2', Buffer.from('transient'));
    channel.publish('kept', 'gone', Buffer.from('unbound'), { persistent: true });
    channel.publish('kept', 'a.3', Buffer.from('3'), { persistent: true });
  });
  await withBroker(folder.path, async (channel) => {
    // Redeclaring with the same arguments shows that they were kept.
    await channel.assertExchange('kept', 'topic', { durable: true, alternateExchange: 'amq.fanout' });
    await channel.assertExchange('inner', 'fanout', { durable: true, internal: true });
    await channel.assertQueue('kept', { durable: true, messageTtl: 600_000 });
    expect(await drain(channel, 'kept')).toMatchObject([
      {
        routingKey: 'a.1',
        exchange: 'kept',
        body: '1',
        headers: { a: 1 },
        properties: { messageId: 'm' },
        redelivered: false,
      },
      { routingKey: 'a.3', body: '3' },
    ]);
    channel.publish('kept', 'a.4', Buffer.from('4'), { persistent: true });
    channel.publish('kept', 'gone', Buffer.from('unbound'), { persistent: true });
    await channel.waitForConfirms();
    expect(bodiesOf(await drain(channel, 'kept'))).toEqual(['4']);
  });
  await using broker = await testBroker({ dataDir: folder.path });
  expect(broker.stats().queues.map((queue) => queue.name)).toEqual(['kept']);
});

test('what was delivered and not settled comes back first, marked; what was settled does not', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('work', { durable: true });
    for (const body of ['1', '2', '3', '4', '5']) channel.sendToQueue('work', Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
    await channel.prefetch(3);
    const messages = await take(channel, 'work', 3);
    channel.ack(messages[1] as amqplib.ConsumeMessage);
    await holds(channel, 'work', 2);
  });
  await withBroker(folder.path, async (channel) => {
    expect(await drain(channel, 'work')).toMatchObject([
      { body: '1', redelivered: true },
      { body: '3', redelivered: true },
      { body: '4', redelivered: false },
      { body: '5', redelivered: false },
    ]);
  });
  await withBroker(folder.path, async (channel) => {
    expect((await channel.checkQueue('work')).messageCount).toBe(0);
  });
});

test('a queue that is deleted in the moment in which its last message is settled does not keep the broker from starting', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('brief', { durable: true });
    await channel.assertQueue('other', { durable: true });
    channel.sendToQueue('brief', Buffer.from('1'), { persistent: true });
    await channel.waitForConfirms();
    const [message] = await take(channel, 'brief', 1);
    // In one write to the socket, and so in one write to the journal: there the queue goes first.
    channel.ack(message as amqplib.ConsumeMessage);
    await channel.deleteQueue('brief');
  });
  await using broker = await testBroker({ dataDir: folder.path });
  expect(broker.stats().queues.map(({ name }) => name)).toEqual(['other']);
});

test('a message that waited through a restart is dead-lettered by its hidden routing keys too', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    for (const name of ['seen', 'copied', 'hidden']) {
      await channel.assertQueue(name, { durable: true });
      await channel.bindQueue(name, 'amq.direct', name);
    }
    await channel.assertQueue('first', { durable: true, deadLetterExchange: 'amq.direct' });
    await channel.bindQueue('first', 'amq.topic', '#');
    channel.publish('amq.topic', 'seen', Buffer.from('x'), {
      persistent: true,
      CC: ['copied'],
      BCC: ['hidden', 'ø'.repeat(200)],
    });
  });
  await withBroker(folder.path, async (channel) => {
    const [message] = await take(channel, 'first', 1);
    channel.reject(message as amqplib.ConsumeMessage, false);
    for (const name of ['seen', 'copied', 'hidden']) {
      await holds(channel, name, 1);
      const [letter] = (await drain(channel, name)) as [{ body: string; headers: object }];
      expect(letter.body).toBe('x');
      expect(letter.headers).not.toHaveProperty('BCC');
    }
  });
});

test('a journal of the first version opens', async () => {
  await using folder = await temporaryFolder();
  await copyFile(new URL('journal-of-0.1.0', import.meta.url), join(folder.path, 'journal'));
  await withBroker(folder.path, async (channel) => {
    expect(await drain(channel, 'old')).toMatchObject([
      { body: 'one', headers: { n: 1 }, redelivered: true },
      { body: 'three', redelivered: false },
    ]);
  });
});

test('priorities survive', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('urgent', { durable: true, maxPriority: 5 });
    for (const priority of [1, 5, 1, 5])
      channel.sendToQueue('urgent', Buffer.from(String(priority)), { persistent: true, priority });
  });
  await withBroker(folder.path, async (channel) => {
    expect(bodiesOf(await drain(channel, 'urgent'))).toEqual(['5', '5', '1', '1']);
  });
});

test('a message expires at its time even when the broker was down', async () => {
  await using folder = await temporaryFolder();
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('dead', { durable: true });
    await channel.assertQueue('brief', { durable: true, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
    channel.sendToQueue('brief', Buffer.from('x'), { persistent: true, expiration: 50 });
  });
  await withBroker(folder.path, async (channel) => {
    await holds(channel, 'dead', 1);
    expect(await drain(channel, 'dead')).toMatchObject([{ headers: { 'x-first-death-reason': 'expired' } }]);
  });
});

test('an unfinished write at the end is dropped, what stands before it is kept', async () => {
  await using folder = await temporaryFolder();
  const journal = join(folder.path, 'journal');
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('torn', { durable: true });
    channel.sendToQueue('torn', Buffer.from('1'), { persistent: true });
    await channel.waitForConfirms();
    channel.sendToQueue('torn', Buffer.from('2'), { persistent: true });
  });
  const { size } = await stat(journal);
  await truncate(journal, size - 3);
  await withBroker(folder.path, async (channel) => {
    expect((await channel.checkQueue('torn')).messageCount).toBe(1);
    channel.sendToQueue('torn', Buffer.from('3'), { persistent: true });
  });
  await appendFile(journal, Buffer.from([0, 0, 0, 20, 1, 2, 3]));
  await withBroker(folder.path, async (channel) => {
    expect(bodiesOf(await drain(channel, 'torn'))).toEqual(['1', '3']);
  });
});

test('a flipped bit ends the journal there instead of bringing back a wrong message', async () => {
  await using folder = await temporaryFolder();
  const journal = join(folder.path, 'journal');
  await withBroker(folder.path, async (channel) => {
    await channel.assertQueue('flipped', { durable: true });
    channel.sendToQueue('flipped', Buffer.from('intact'), { persistent: true });
    await channel.waitForConfirms();
    channel.sendToQueue('flipped', Buffer.from('damaged'), { persistent: true });
  });
  const bytes = await readFile(journal);
  const at = bytes.indexOf('damaged');
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(journal, bytes);
  await withBroker(folder.path, async (channel) => {
    expect(bodiesOf(await drain(channel, 'flipped'))).toEqual(['intact']);
  });
});

test('a file that is no journal is refused and left alone', async () => {
  await using folder = await temporaryFolder();
  const journal = join(folder.path, 'journal');
  await writeFile(journal, 'something else entirely');
  const refused = await testBroker({ dataDir: folder.path }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BrokerError);
  expect(refused).toMatchObject({ code: 'BROKER_DATA_UNREADABLE' });
  expect(await readFile(journal, 'utf8')).toBe('something else entirely');
});

test('the journal shrinks when most of it is settled, while publishing goes on', async () => {
  await using folder = await temporaryFolder();
  const body = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  await using broker = await testBroker({ dataDir: folder.path });
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('busy', { durable: true });
  await channel.assertQueue('idle', { durable: true });
  channel.sendToQueue('idle', Buffer.from('stays'), { persistent: true });
  let largest = 0;
  let shrunk = false;
  for (let round = 0; round < 60 && !shrunk; round += 1) {
    for (let count = 0; count < 20; count += 1) {
      channel.sendToQueue('busy', Buffer.concat([Buffer.from(`${sent++} `), body]), { persistent: true });
    }
    await channel.waitForConfirms();
    const { journalBytes } = broker.stats();
    shrunk = journalBytes < largest;
    largest = Math.max(largest, journalBytes);
    if (!shrunk) await take(channel, 'busy', 20, { noAck: true });
  }
  expect(shrunk).toBe(true);
  const left = broker.stats().queues.find((queue) => queue.name === 'busy')?.ready ?? 0;
  await connection.close();
  await broker.stop();
  await withBroker(folder.path, async (again) => {
    expect(bodiesOf(await drain(again, 'idle'))).toEqual(['stays']);
    const numbers = bodiesOf(await drain(again, 'busy')).map((text) => Number.parseInt(text, 10));
    expect(numbers).toEqual(Array.from({ length: left }, (_, index) => sent - left + index));
  });
});
