import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type ChannelModel, type ConfirmChannel } from 'amqplib';
import { eventually } from '../support/eventually.js';
import type { Held, SoakedBroker } from './broker-process.js';
import { mixedLoad } from './mixed-load.js';
import { queueName } from './queue-name.js';

export interface SoakOptions {
  connections: number;
  queues: number;
  /** Persistent messages that wait on disk during the load. */
  backlog: number;
  /** How long the mixed load lasts, over all cycles. */
  seconds: number;
}

export interface SoakReport {
  idle: Held;
  /** After each drain; the backlog is gone and all clients have left. */
  drained: Held[];
  /** In the middle of the load, after a collection. */
  loaded: Held[];
  published: number;
  consumed: number;
  /** Times that a client connected. */
  sessions: number;
}

/** Loads the broker with clients and messages, drains it, and looks at what it still holds; several times, for the first one warms it up. */
export async function soak(broker: SoakedBroker, options: SoakOptions, cycles = 3): Promise<SoakReport> {
  const idle = await broker.held();
  const report: SoakReport = { idle, drained: [], loaded: [], published: 0, consumed: 0, sessions: 0 };
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    await load(broker, options, options.seconds / cycles, report);
    await eventually(async () => (await broker.held()).sockets <= report.idle.sockets, 'all sockets closed');
    report.drained.push(await broker.held());
  }
  return report;
}

async function load(broker: SoakedBroker, options: SoakOptions, seconds: number, report: SoakReport): Promise<void> {
  const { url } = broker;
  await withConnection(url, (keeper) => prepare(keeper, options, report));
  const until = performance.now() + seconds * 1_000;
  const clients = Array.from({ length: options.connections }, (_, client) =>
    mixedLoad({ url, client, queues: options.queues, until, report }),
  );
  await sleep(seconds * 500);
  report.loaded.push(await broker.held());
  await Promise.all(clients);
  await withConnection(url, (keeper) => drainAll(keeper, options, report));
}

/** So short that what no client takes does not pile up. */
const BOUNDED = { expires: 1_800_000, messageTtl: 60_000, maxLength: 50 };
const QUEUES = [
  { durable: true, ...BOUNDED },
  { durable: false, ...BOUNDED },
];

async function prepare(keeper: ChannelModel, { queues, backlog }: SoakOptions, report: SoakReport): Promise<void> {
  const channel = await keeper.createConfirmChannel();
  await channel.assertExchange('soak', 'topic', { durable: false });
  for (let queue = 0; queue < queues; queue += 1) {
    await channel.assertQueue(queueName(queue), QUEUES[queue % 2] as object);
    await channel.bindQueue(queueName(queue), 'soak', `key.${queue}`);
  }
  await channel.assertQueue('soak backlog');
  for (let message = 0; message < backlog; message += 1) {
    channel.sendToQueue('soak backlog', Buffer.alloc(512, 'b'), { persistent: true });
    if (message % 1_000 === 999) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  report.published += backlog;
}

async function drainAll(keeper: ChannelModel, { queues, backlog }: SoakOptions, report: SoakReport): Promise<void> {
  const channel = await keeper.createConfirmChannel();
  let left = backlog;
  await channel.prefetch(500);
  const { consumerTag } = await channel.consume('soak backlog', (message) => {
    if (message === null) return;
    left -= 1;
    report.consumed += 1;
    channel.ack(message);
  });
  while (left > 0) await sleep(20);
  await channel.cancel(consumerTag);
  await removeTopology(channel, queues);
}

async function removeTopology(channel: ConfirmChannel, queues: number): Promise<void> {
  await channel.deleteQueue('soak backlog');
  for (let queue = 0; queue < queues; queue += 1) await channel.deleteQueue(queueName(queue));
  await channel.deleteExchange('soak');
}

async function withConnection(url: string, work: (connection: ChannelModel) => Promise<void>): Promise<void> {
  const connection = await amqplib.connect(url, { noDelay: true });
  connection.on('error', () => {});
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}
