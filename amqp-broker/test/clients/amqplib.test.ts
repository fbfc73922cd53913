import { once } from 'node:events';
import amqplib, { type ChannelModel, type ConsumeMessage } from 'amqplib';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { restartableBroker } from '../support/restartable-broker.js';

const JOBS = 200;

test('amqplib: a work queue with retries and dead letters lives through a restart', { timeout: 60_000 }, async () => {
  await using server = await restartableBroker();
  const first = await amqplib.connect(server.url, { noDelay: true });
  await declareWork(first);
  await publishJobs(first, 0, JOBS / 2);
  const lost = once(first, 'close');
  first.on('error', () => {});
  await server.restart();
  await lost;

  const second = await amqplib.connect(server.url, { noDelay: true });
  await declareWork(second);
  await publishJobs(second, JOBS / 2, JOBS);
  const { done, dead } = await workOff(second);
  expect(done.sort((a, b) => a - b)).toEqual(
    Array.from({ length: JOBS }, (_, job) => job).filter((job) => job % 10 !== 7),
  );
  expect(dead.sort((a, b) => a - b)).toEqual(Array.from({ length: JOBS / 10 }, (_, ten) => ten * 10 + 7));
  await second.close();
});

test('amqplib: an error closes the channel, says why, and the connection goes on', async () => {
  await using server = await restartableBroker();
  const connection = await amqplib.connect(server.url);
  const channel = await connection.createChannel();
  const failed = once(channel, 'error');
  await expect(channel.checkQueue('missing')).rejects.toThrow('404');
  const [error] = (await failed) as [Error & { code: number }];
  expect(error.code).toBe(404);
  const other = await connection.createChannel();
  expect(await other.assertQueue('there')).toMatchObject({ messageCount: 0 });
  await connection.close();
});

async function declareWork(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  await channel.assertExchange('jobs.dead', 'fanout');
  await channel.assertQueue('jobs.dead');
  await channel.bindQueue('jobs.dead', 'jobs.dead', '');
  await channel.assertExchange('jobs', 'topic');
  await channel.assertQueue('jobs', { deadLetterExchange: 'jobs.dead' });
  await channel.bindQueue('jobs', 'jobs', 'job.#');
  await channel.close();
}

async function publishJobs(connection: ChannelModel, from: number, to: number): Promise<void> {
  const channel = await connection.createConfirmChannel();
  for (let job = from; job < to; job += 1) {
    channel.publish('jobs', `job.${job}`, Buffer.from(JSON.stringify({ job })), { persistent: true, mandatory: true });
  }
  await channel.waitForConfirms();
  await channel.close();
}

/** Every tenth job is refused for good, and every other one the first time it comes. */
async function workOff(connection: ChannelModel): Promise<{ done: number[]; dead: number[] }> {
  const done: number[] = [];
  const dead: number[] = [];
  const channel = await connection.createChannel();
  await channel.prefetch(10);
  await channel.consume('jobs', (message) => {
    if (message === null) return;
    const job = jobIn(message);
    if (job % 10 === 7) channel.nack(message, false, false);
    else if (job % 2 === 0 && !message.fields.redelivered) channel.nack(message, false, true);
    else {
      done.push(job);
      channel.ack(message);
    }
  });
  await channel.consume('jobs.dead', (message) => message !== null && dead.push(jobIn(message)), { noAck: true });
  await eventually(() => done.length + dead.length === JOBS, 'all jobs done or dead');
  await channel.close();
  return { done, dead };
}

function jobIn(message: ConsumeMessage): number {
  return (JSON.parse(message.content.toString()) as { job: number }).job;
}
