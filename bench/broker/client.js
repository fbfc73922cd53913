import { once } from 'node:events';
import amqplib from 'amqplib';

/** The client process of a workload: `node client.js <url> <workload> <messages> [<others>]`; prints what it did and how long that took. */
const BODY = Buffer.alloc(1024, 'x');
const WINDOW = 500;
const QUEUES = 10;

const [url = '', name = '', count = '', others = '0'] = process.argv.slice(2);
const messages = Number(count);

/** @type {Record<string, () => Promise<number>>} Answers how many messages were delivered, or published where none are. */
const WORKLOADS = {
  transient: () => through({ window: Number.POSITIVE_INFINITY, durable: false }),
  'confirmed, window 500': () => through({ window: WINDOW, durable: false }),
  'confirmed one by one': () => through({ window: 1, durable: false }),
  'durable, confirmed': () => through({ window: WINDOW, durable: true }),
  'fan-out to 10': fanOut,
  'past others': pastOthers,
  fill,
  'drain of a backlog': drain,
};

const sender = await amqplib.connect(url, { noDelay: true });
const receiver = await amqplib.connect(url, { noDelay: true });
const publisher = await sender.createConfirmChannel();
const plain = await sender.createChannel();
const consumer = await receiver.createChannel();
let startedAt = performance.now();
const work = WORKLOADS[name];
if (work === undefined) throw new Error(`there is no workload "${name}"`);
const done = await work();
const seconds = (performance.now() - startedAt) / 1000;
await sender.close();
await receiver.close();
process.stdout.write(`${JSON.stringify({ messages: done, seconds })}\n`);

/**
 * Publishes to one queue and consumes from it at the same time.
 *
 * @param {{ window: number, durable: boolean }} options
 */
async function through({ window, durable }) {
  const queue = await declare(durable);
  const received = consume([queue], messages, durable);
  await received.ready;
  startedAt = performance.now();
  if (window === Number.POSITIVE_INFINITY) await publishFreely('', queue);
  else await publishConfirmed(queue, window, durable);
  await received.all;
  await consumer.deleteQueue(queue);
  return messages;
}

async function fanOut() {
  const exchange = 'bench-fan-out';
  await plain.assertExchange(exchange, 'fanout', { durable: false });
  const queues = await Promise.all(Array.from({ length: QUEUES }, () => declare(false)));
  for (const queue of queues) await plain.bindQueue(queue, exchange, '');
  const received = consume(queues, messages * QUEUES, false);
  await received.ready;
  startedAt = performance.now();
  await publishFreely(exchange, '');
  await received.all;
  for (const queue of queues) await consumer.deleteQueue(queue);
  await plain.deleteExchange(exchange);
  return messages * QUEUES;
}

/** Through a topic exchange to one queue, past many others whose bindings do not match. */
async function pastOthers() {
  const exchange = 'bench-topic';
  await plain.assertExchange(exchange, 'topic', { durable: false });
  const queue = await declare(false);
  await plain.bindQueue(queue, exchange, 'wanted.*');
  await Promise.all(
    Array.from({ length: Number(others) }, async (_, number) => {
      const other = `bench-other-${number}`;
      await plain.assertQueue(other, { durable: false, exclusive: true });
      await plain.bindQueue(other, exchange, `unwanted.${number}.*`);
    }),
  );
  const received = consume([queue], messages, false);
  await received.ready;
  startedAt = performance.now();
  await publishFreely(exchange, 'wanted.one');
  await received.all;
  await consumer.deleteQueue(queue);
  return messages;
}

async function fill() {
  await publisher.assertQueue('bench-backlog', { durable: true });
  startedAt = performance.now();
  await publishConfirmed('bench-backlog', WINDOW, true);
  return messages;
}

async function drain() {
  startedAt = performance.now();
  const received = consume(['bench-backlog'], messages, true);
  await received.all;
  await consumer.deleteQueue('bench-backlog');
  return messages;
}

/** @param {boolean} durable */
async function declare(durable) {
  const { queue } = await publisher.assertQueue('', { durable });
  return queue;
}

/**
 * Acknowledges every hundredth message with all before it when the queue is durable, else takes them without.
 *
 * @param {string[]} queues
 * @param {number} expected
 * @param {boolean} acknowledged
 */
function consume(queues, expected, acknowledged) {
  let received = 0;
  /** @type {() => void} */
  let finish = () => {};
  const all = new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    finish = () => resolve();
  });
  const take = (/** @type {import('amqplib').ConsumeMessage | null} */ message) => {
    // Deleting the queue afterwards cancels the consumer too.
    if (message === null && received < expected) throw new Error('the broker cancelled the consumer');
    if (message === null) return;
    received += 1;
    if (acknowledged && (received % 100 === 0 || received === expected)) consumer.ack(message, true);
    if (received === expected) finish();
  };
  const subscribe = async () => {
    if (acknowledged) await consumer.prefetch(WINDOW);
    for (const queue of queues) await consumer.consume(queue, take, { noAck: !acknowledged });
  };
  return { ready: subscribe(), all };
}

/**
 * @param {string} exchange
 * @param {string} key
 */
async function publishFreely(exchange, key) {
  for (let sent = 0; sent < messages; sent++) {
    if (!plain.publish(exchange, key, BODY)) await once(plain, 'drain');
    // amqplib buffers without asking the socket in between: consuming has to have its turns too.
    if (sent % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * @param {string} queue
 * @param {number} window
 * @param {boolean} persistent
 */
function publishConfirmed(queue, window, persistent) {
  let sent = 0;
  let confirmed = 0;
  return new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
    const more = () => {
      while (sent < messages && sent - confirmed < window) {
        sent += 1;
        publisher.sendToQueue(queue, BODY, { persistent }, (error) => {
          if (error !== null) reject(error);
          confirmed += 1;
          if (confirmed === messages) resolve();
          else more();
        });
      }
    };
    more();
  });
}
