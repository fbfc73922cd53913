import type { ChannelModel } from 'amqplib';
import amqplib from 'amqplib';
import { queueName } from './queue-name.js';
import type { SoakReport } from './soak.js';

/** Messages that a client publishes each time it comes. */
const BURST = 20;

export interface MixedLoad {
  url: string;
  /** Its number. */
  client: number;
  queues: number;
  /** On the clock of `performance.now()`. */
  until: number;
  report: SoakReport;
}

/** One client that comes and goes until the time is over; what it does, and how it leaves, changes each time. */
export async function mixedLoad(load: MixedLoad): Promise<void> {
  for (let round = load.client; performance.now() < load.until; round += 1) {
    const connection = await amqplib.connect(load.url, { noDelay: true });
    connection.on('error', () => {});
    load.report.sessions += 1;
    await consumeAndPublish(connection, load, round);
    if (round % 3 === 0) await failOn(connection);
    if (round % 4 === 1) await ownQueue(connection, load, round);
    if (round % 5 === 2) await vanish(connection);
    else await connection.close();
  }
}

async function consumeAndPublish(
  connection: ChannelModel,
  { client, queues, report }: MixedLoad,
  round: number,
): Promise<void> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.prefetch(10);
  const { consumerTag } = await channel.consume(queueName((client * 31 + round) % queues), (message) => {
    if (message === null) return;
    report.consumed += 1;
    if (report.consumed % 5 === 0 && !message.fields.redelivered) channel.nack(message, false, true);
    else if (report.consumed % 7 === 0) channel.reject(message, false);
    else channel.ack(message);
  });
  for (let message = 0; message < BURST; message += 1) {
    channel.publish('soak', `key.${(client * 31 + round + message * 7) % queues}`, Buffer.alloc(200), {
      persistent: message % 2 === 0,
      mandatory: message % 3 === 0,
      priority: message % 4,
    });
  }
  await channel.waitForConfirms();
  report.published += BURST;
  // Some leave with their consumer, and with deliveries that they have not settled.
  if (round % 2 === 0) await channel.cancel(consumerTag);
  const one = await channel.get(queueName(round % queues));
  if (one !== false && round % 3 > 0) channel.ack(one);
}

async function failOn(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  await channel.checkQueue('soak never').catch(() => {});
}

async function ownQueue(connection: ChannelModel, { queues, report }: MixedLoad, round: number): Promise<void> {
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.alloc(1_000));
  channel.publish('soak', `key.${round % queues}`, Buffer.alloc(30_000), { replyTo: queue });
  report.published += 2;
  await channel.consume(queue, () => {}, { noAck: true });
}

/** Its socket closes without a word. */
async function vanish(connection: ChannelModel): Promise<void> {
  const { stream } = connection.connection as unknown as { stream: { destroy(error: Error): void } };
  const closed = new Promise((resolve) => connection.once('close', resolve));
  stream.destroy(new Error('gone'));
  await closed;
}
