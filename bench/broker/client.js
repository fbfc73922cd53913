import amqplib from 'amqplib';
import { cpuSeconds } from '../report/cpu-seconds.js';
import { consume, publishConfirmed, publishFreely, WINDOW } from './traffic.js';

/**
 * The client process of a workload: `node client.js <url> <the broker's pid> <workload> <messages> [<size>]`; prints what it
 * did, how long that took, and the CPU that it and the broker spent on it. What prepares a workload does not count.
 */
const QUEUES = 10;

const [url = '', pid = '', name = '', count = '', size = '0'] = process.argv.slice(2);
const messages = Number(count);
/** Of what is there beside the workload: messages, queues or bindings. */
const others = Number(size);

/** @type {Record<string, () => Promise<number>>} Answers how many messages were delivered, or published where none are. */
const WORKLOADS = {
  transient: () => through({ window: Number.POSITIVE_INFINITY, durable: false }),
  'confirmed, window 500': () => through({ window: WINDOW, durable: false }),
  'confirmed one by one': () => through({ window: 1, durable: false }),
  'durable, confirmed': () => through({ window: WINDOW, durable: true }),
  'behind a backlog': () => through({ window: WINDOW, durable: true, depth: others }),
  'fan-out to 10': fanOut,
  'beside other queues': besideQueues,
  'past direct bindings': () => pastBindings('direct'),
  'past topic bindings': () => pastBindings('topic'),
  'past headers bindings': () => pastBindings('headers'),
  fill,
  'drain of a backlog': drain,
};

const sender = await amqplib.connect(url, { noDelay: true });
const receiver = await amqplib.connect(url, { noDelay: true });
const publisher = await sender.createConfirmChannel();
const plain = await sender.createChannel();
const consumer = await receiver.createChannel();
let before = await usage();
/** @type {Awaited<ReturnType<typeof usage>> | undefined} */
let after;
const work = WORKLOADS[name];
if (work === undefined) throw new Error(`there is no workload "${name}"`);
const done = await work();
after ??= await usage();
await sender.close();
await receiver.close();
process.stdout.write(
  `${JSON.stringify({
    messages: done,
    seconds: after.seconds - before.seconds,
    clientCpu: after.clientCpu - before.clientCpu,
    brokerCpu: after.brokerCpu - before.brokerCpu,
  })}\n`,
);

/** Seconds: on the clock, of this process's CPU and of the broker's. */
async function usage() {
  const brokerCpu = await cpuSeconds(Number(pid));
  const { user, system } = process.cpuUsage();
  return { seconds: performance.now() / 1000, clientCpu: (user + system) / 1e6, brokerCpu };
}

/**
 * Publishes to one queue and consumes from it at the same time; with a depth, so many messages wait in it all the while.
 *
 * @param {{ window: number, durable: boolean, depth?: number }} options
 */
async function through({ window, durable, depth = 0 }) {
  const queue = await declare(durable);
  if (depth > 0) await publishConfirmed(publisher, queue, { count: depth, window: WINDOW, persistent: true });
  before = await usage();
  const { all } = await consume(consumer, [queue], { expected: messages, acknowledged: durable });
  if (window === Number.POSITIVE_INFINITY) await publishFreely(plain, { exchange: '', key: queue }, messages);
  else await publishConfirmed(publisher, queue, { count: messages, window, persistent: durable });
  await all;
  after = await usage();
  await consumer.deleteQueue(queue);
  return messages;
}

async function fanOut() {
  const exchange = 'bench-fan-out';
  await plain.assertExchange(exchange, 'fanout', { durable: false });
  const queues = await Promise.all(Array.from({ length: QUEUES }, () => declare(false)));
  for (const queue of queues) await plain.bindQueue(queue, exchange, '');
  const { all } = await consume(consumer, queues, { expected: messages * QUEUES, acknowledged: false });
  before = await usage();
  await publishFreely(plain, { exchange, key: '' }, messages);
  await all;
  after = await usage();
  for (const queue of queues) await consumer.deleteQueue(queue);
  await plain.deleteExchange(exchange);
  return messages * QUEUES;
}

async function besideQueues() {
  for (let number = 0; number < others; number++) {
    await plain.assertQueue(`bench-other-${number}`, { durable: false, exclusive: true });
  }
  return through({ window: Number.POSITIVE_INFINITY, durable: false });
}

/**
 * Through an exchange to one queue, past bindings that do not match.
 *
 * @param {'direct' | 'topic' | 'headers'} type
 */
async function pastBindings(type) {
  const exchange = `bench-${type}`;
  await plain.assertExchange(exchange, type, { durable: false });
  const wanted = { kind: 'wanted', number: -1 };
  const queue = await declare(false);
  await plain.bindQueue(queue, exchange, 'wanted.one.key', type === 'headers' ? wanted : {});
  const { queue: other } = await plain.assertQueue('', { exclusive: true });
  for (let number = 0; number < others; number++) {
    const matching = { 'x-match': number % 2 === 0 ? 'all' : 'any', kind: 'unwanted', number };
    await plain.bindQueue(other, exchange, unwantedKey(type, number), type === 'headers' ? matching : {});
  }
  const { all } = await consume(consumer, [queue], { expected: messages, acknowledged: false });
  before = await usage();
  await publishFreely(plain, { exchange, key: 'wanted.one.key', headers: wanted }, messages);
  await all;
  after = await usage();
  await consumer.deleteQueue(queue);
  await plain.deleteExchange(exchange);
  return messages;
}

/**
 * For a topic exchange each kind of wildcard, at either end.
 *
 * @param {string} type
 * @param {number} number
 */
function unwantedKey(type, number) {
  if (type !== 'topic') return `unwanted.${number}`;
  return (
    [`unwanted.${number}.*`, `*.unwanted.${number}`, `#.unwanted.${number}`, `unwanted.${number}.#`][number % 4] ?? ''
  );
}

async function fill() {
  await publisher.assertQueue('bench-backlog', { durable: true });
  before = await usage();
  await publishConfirmed(publisher, 'bench-backlog', { count: messages, window: WINDOW, persistent: true });
  return messages;
}

async function drain() {
  before = await usage();
  const { all } = await consume(consumer, ['bench-backlog'], { expected: messages, acknowledged: true });
  await all;
  after = await usage();
  await consumer.deleteQueue('bench-backlog');
  return messages;
}

/** @param {boolean} durable */
async function declare(durable) {
  const { queue } = await publisher.assertQueue('', { durable });
  return queue;
}
