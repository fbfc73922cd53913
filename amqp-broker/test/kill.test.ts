import { join } from 'node:path';
import amqplib from 'amqplib';
import { beforeAll, expect, test } from 'vitest';
import { type BrokerProcess, bundleBin, startBin } from './support/bin.js';
import { temporaryFolder } from './support/temporary-folder.js';

const ROUNDS = 10;
/** Publishes that may wait for their confirms at once. */
const WINDOW = 200;

let bin: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  bin = await bundleBin(folder.path);
  return () => folder[Symbol.asyncDispose]();
});

test('a broker killed under confirmed publishes loses nothing confirmed and keeps the order', {
  timeout: 120_000,
}, async () => {
  const args = ['--data-dir', join(folder.path, 'data')];
  let next = 0;
  const confirmed = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await using broker = await startBin(bin, args);
    next = await publishUntilKilled(broker, next, confirmed, 50 + round * 40);
  }
  await using broker = await startBin(bin, args);
  const kept = await drain(broker.url, 'orders');
  expect(kept).toEqual([...kept].sort((a, b) => a - b));
  const found = new Set(kept);
  expect([...confirmed].filter((id) => !found.has(id))).toEqual([]);
  expect(confirmed.size).toBeGreaterThan(ROUNDS * 50);
  expect(await broker.end('SIGTERM')).toBe(0);
  // What was acknowledged before a clean stop does not come back.
  await using again = await startBin(bin, args);
  expect(await drain(again.url, 'orders')).toEqual([]);
});

/** Publishes numbered messages without a pause and kills the broker after so many confirms. */
async function publishUntilKilled(
  broker: BrokerProcess,
  first: number,
  confirmed: Set<number>,
  killAfter: number,
): Promise<number> {
  const connection = await amqplib.connect(broker.url);
  const lost = new Promise<void>((resolve) => connection.once('close', () => resolve()));
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertQueue('orders', { durable: true });
  let next = first;
  let confirms = 0;
  let gone = false;
  void lost.then(() => {
    gone = true;
  });
  while (!gone) {
    while (next - first - confirms < WINDOW && !gone) {
      const id = next++;
      channel.sendToQueue('orders', Buffer.from(String(id)), { persistent: true }, (error) => {
        if (error !== null) return;
        confirmed.add(id);
        confirms += 1;
        if (confirms === killAfter) broker.child.kill('SIGKILL');
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return next;
}

async function drain(url: string, queue: string): Promise<number[]> {
  const connection = await amqplib.connect(url, { noDelay: true });
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  const kept: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const done = () => kept.length === messageCount && resolve();
    done();
    const take = (message: amqplib.ConsumeMessage | null) => {
      if (message === null) return;
      kept.push(Number(message.content.toString()));
      done();
    };
    channel.consume(queue, take).catch(reject);
  });
  channel.ackAll();
  await channel.close();
  await connection.close();
  return kept;
}
