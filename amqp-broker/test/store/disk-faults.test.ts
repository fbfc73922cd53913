import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type ConfirmChannel } from 'amqplib';
import { expect, test } from 'vitest';
import { Broker, testBroker } from '../../src/index.js';
import { drain } from '../differential/observe.js';
import { failingFiles } from '../support/failing-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Publishes numbered messages one after the other; answers which were confirmed. */
async function publish(channel: ConfirmChannel, from: number, to: number): Promise<number[]> {
  const confirmed: number[] = [];
  for (let number = from; number < to; number += 1) {
    await new Promise<void>((resolve) => {
      channel.sendToQueue('orders', Buffer.from(String(number)), { persistent: true }, (error) => {
        if (error === null) confirmed.push(number);
        resolve();
      });
    });
  }
  return confirmed;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test.each(['full', 'unsynced'] as const)(
  'while the disk is %s publishes are refused; nothing confirmed is lost, and it goes on once the disk does',
  { timeout: 60_000 },
  async (fault) => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'data');
    const files = failingFiles();
    const confirmed: number[] = [];
    {
      await using broker = await new Broker({ port: 0, dataDir, limits: { residentBytes: 100 } }, files).start();
      const connection = await amqplib.connect(broker.url, { noDelay: true });
      const channel = await connection.createConfirmChannel();
      await channel.assertQueue('orders', { durable: true });
      await channel.assertQueue('memory', { durable: false });
      confirmed.push(...(await publish(channel, 0, 50)));
      files[fault] = true;
      expect(await publish(channel, 50, 60)).toEqual([]);
      // What needs no disk goes on.
      channel.sendToQueue('memory', Buffer.from('transient'));
      await channel.waitForConfirms();
      const some = await channel.get('orders');
      expect(some !== false && some.content.toString()).toBe('0');
      if (some !== false) channel.nack(some);
      files[fault] = false;
      await expect.poll(async () => (await publish(channel, 60, 61)).length, { timeout: 10_000 }).toBe(1);
      confirmed.push(60, ...(await publish(channel, 61, 80)));
      await connection.close();
    }
    expect(confirmed).toEqual([...range(0, 50), ...range(60, 80)]);
    await using broker = await testBroker({ dataDir });
    const connection = await amqplib.connect(broker.url);
    const kept = (await drain(await connection.createConfirmChannel(), 'orders')).map((message) =>
      Number((message as { body: string }).body),
    );
    expect(confirmed.filter((number) => !kept.includes(number))).toEqual([]);
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    await connection.close();
  },
);

test('a publisher that asked for no confirms loses nothing to a disk that was full for a while', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const files = failingFiles();
  {
    await using broker = await new Broker({ port: 0, dataDir }, files).start();
    const connection = await amqplib.connect(broker.url, { noDelay: true });
    const channel = await connection.createChannel();
    await channel.assertQueue('orders', { durable: true });
    files.full = true;
    for (const number of range(0, 100)) {
      channel.sendToQueue('orders', Buffer.from(String(number)), { persistent: true });
    }
    await expect.poll(() => broker.stats().queues[0]?.ready).toBe(100);
    files.full = false;
    // The answer to a durable declaration waits for the disk.
    await channel.assertQueue('later', { durable: true });
    await connection.close();
  }
  await using broker = await testBroker({ dataDir });
  expect(broker.stats().queues.find(({ name }) => name === 'orders')?.ready).toBe(100);
});

test('a broker that is stopped while the disk is full keeps what it confirmed before', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const files = failingFiles();
  {
    await using broker = await new Broker({ port: 0, dataDir }, files).start();
    const connection = await amqplib.connect(broker.url, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('orders', { durable: true });
    expect(await publish(channel, 0, 20)).toEqual(range(0, 20));
    files.full = true;
    expect(await publish(channel, 20, 22)).toEqual([]);
    await connection.close();
  }
  await using broker = await testBroker({ dataDir });
  expect(broker.stats().queues[0]?.ready).toBe(20);
});

test('a durable declaration is answered when it is on disk, however long that takes', async () => {
  await using folder = await temporaryFolder();
  const files = failingFiles();
  await using broker = await new Broker({ port: 0, dataDir: join(folder.path, 'data') }, files).start();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createChannel();
  files.full = true;
  let answered = false;
  const declared = channel.assertQueue('late', { durable: true }).then(() => {
    answered = true;
  });
  await expect.poll(() => broker.stats().queues.length).toBe(1);
  // Longer than one attempt to write it.
  await sleep(1_200);
  expect(answered).toBe(false);
  files.full = false;
  await declared;
  await connection.close();
});
