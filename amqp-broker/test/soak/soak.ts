import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type ChannelModel, type ConfirmChannel } from 'amqplib';
import { eventually } from '../support/eventually.js';
import type { Held, SoakedBroker } from './broker-process.js';

export interface SoakOptions {
  connections: number;
  queues: number;
  /** Persistent messages that wait on disk during the load. */
  backlog: number;
  /** Rounds of mixed load; each connection publishes, consumes, settles, and comes and goes in each. */
  rounds: number;
}

export interface SoakReport {
  idle: Held;
  /** After each drain; the backlog is gone and all clients have left. */
  drained: Held[];
  published: number;
  consumed: number;
}

/** Loads the broker with clients and messages, drains it, and looks at what it still holds; twice, for the first time warms it up. */
export async function soak(broker: SoakedBroker, options: SoakOptions, cycles = 3): Promise<SoakReport> {
  const report: SoakReport = { idle: await broker.held(), drained: [], published: 0, consumed: 0 };
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    await load(broker.url, options, report);
    await eventually(async () => (await broker.held()).sockets <= report.idle.sockets, 'all sockets closed');
    report.drained.push(await broker.held());
  }
  return report;
}

async function load(url: string, options: SoakOptions, report: SoakReport): Promise<void> {
  await withConnection(url, (keeper) => prepare(keeper, options, report));
  const clients = Array.from({ length: options.connections }, (_, client) => runClient(url, client, options, report));
  await Promise.all(clients);
  await withConnection(url, (keeper) => drainAll(keeper, options, report));
}

async function prepare(keeper: ChannelModel, { queues, backlog }: SoakOptions, report: SoakReport): Promise<void> {
  const channel = await keeper.createConfirmChannel();
  await channel.assertExchange('soak', 'topic', { durable: false });
  for (let queue = 0; queue < queues; queue += 1) {
    await channel.assertQueue(queueName(queue), { durable: queue % 2 === 0, expires: 600_000, messageTtl: 600_000 });
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

/** One client's rounds: every kind of settling, errors included, each on a channel of its own. */
async function runClient(
  url: string,
  client: number,
  { rounds, queues }: SoakOptions,
  report: SoakReport,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await withConnection(url, async (connection) => {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => {});
      const queue = queueName((client * 31 + round) % queues);
      await channel.prefetch(10);
      const { consumerTag } = await channel.consume(queue, (message) => {
        if (message === null) return;
        report.consumed += 1;
        if (report.consumed % 5 === 0 && !message.fields.redelivered) channel.nack(message, false, true);
        else channel.ack(message);
      });
      for (let message = 0; message < 20; message += 1) {
        channel.publish('soak', `key.${(client + message) % queues}`, Buffer.alloc(200), {
          persistent: message % 2 === 0,
        });
      }
      await channel.waitForConfirms();
      report.published += 20;
      await channel.cancel(consumerTag);
      if (round % 3 === 0) await failOn(connection);
    });
  }
}

async function failOn(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  await channel.checkQueue('soak never').catch(() => {});
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

function queueName(number: number): string {
  return `soak ${number}`;
}
