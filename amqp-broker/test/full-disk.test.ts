import amqplib, { type ConfirmChannel } from 'amqplib';
import { expect, test } from 'vitest';
import { bundleBin, startBin } from './support/bin.js';
import { canLimitFiles, canMount, limitedFiles, type SmallDisk, smallFileSystem } from './support/small-disk.js';
import { temporaryFolder } from './support/temporary-folder.js';

const PADDING = '.'.repeat(1_000);

/** Publishes numbered messages; answers which were confirmed, the others were nacked. */
async function publish(channel: ConfirmChannel, from: number, to: number): Promise<number[]> {
  const confirmed: number[] = [];
  const settled = Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    return new Promise<void>((resolve) => {
      channel.sendToQueue('orders', Buffer.from(`${number}${PADDING}`), { persistent: true }, (error) => {
        if (error === null) confirmed.push(number);
        resolve();
      });
    });
  });
  await Promise.all(settled);
  return confirmed;
}

/** All that the queue holds, by its numbers. */
async function drain(channel: ConfirmChannel): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const message = await channel.get('orders', { noAck: true });
    if (message === false) return numbers;
    const text = message.content.toString();
    expect(text.endsWith(PADDING)).toBe(true);
    numbers.push(Number.parseInt(text, 10));
  }
}

async function survives(disk: SmallDisk): Promise<void> {
  await using folder = await temporaryFolder();
  const bin = await bundleBin(folder.path);
  const args = ['--data-dir', disk.dataDir];
  const confirmed: number[] = [];
  let next = 0;
  {
    await using broker = await startBin(bin, args, disk.before);
    const connection = await amqplib.connect(broker.url, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    connection.on('error', () => {});
    channel.on('error', () => {});
    await channel.assertQueue('orders', { durable: true });
    await channel.assertQueue('memory', { durable: false });
    const publishNext = async (count: number) => {
      const taken = await publish(channel, next, next + count);
      next += count;
      confirmed.push(...taken);
      return taken.length;
    };
    // In growing bursts, so that the last write that fits is a part of one.
    let burst = 1;
    while ((await publishNext(burst)) === burst) burst += 7;
    expect(confirmed.length).toBeGreaterThan(100);
    expect(await publishNext(10)).toBe(0);
    // What needs no disk goes on, and what is there can be read.
    channel.sendToQueue('memory', Buffer.from('transient'));
    await channel.waitForConfirms();
    const first = await channel.get('orders');
    expect(first !== false && Number.parseInt(first.content.toString(), 10)).toBe(0);
    if (first !== false) channel.nack(first);
    await disk.grow(broker.child.pid as number);
    await expect.poll(() => publishNext(1), { timeout: 20_000 }).toBe(1);
    expect(await publishNext(50)).toBe(50);
    await broker.end('SIGKILL');
  }
  await using broker = await startBin(bin, args);
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const kept = await drain(await connection.createConfirmChannel());
  expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
  expect(confirmed.filter((number) => !kept.includes(number))).toEqual([]);
  await connection.close();
}

const PROMISE = 'nothing confirmed is lost, publishes are refused, and it goes on once there is room';

test.skipIf(!canLimitFiles())(
  `the largest file that the kernel allows is reached: ${PROMISE}`,
  {
    timeout: 120_000,
  },
  async () => {
    await using disk = await limitedFiles();
    await survives(disk);
  },
);

test.skipIf(!canMount())(`the file system has no room left: ${PROMISE}`, { timeout: 120_000 }, async () => {
  await using disk = await smallFileSystem();
  await survives(disk);
});
