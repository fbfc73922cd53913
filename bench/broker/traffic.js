import { once } from 'node:events';

const BODY = Buffer.alloc(1024, 'x');
/** Unconfirmed publishes, and unacknowledged deliveries. */
export const WINDOW = 500;

/**
 * Acknowledges every hundredth message with all before it, or takes them without; answers once it has subscribed.
 *
 * @param {import('amqplib').Channel} channel
 * @param {string[]} queues
 * @param {{ expected: number, acknowledged: boolean }} options
 */
export async function consume(channel, queues, { expected, acknowledged }) {
  let received = 0;
  /** @type {() => void} */
  let finish = () => {};
  const all = new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    finish = () => resolve();
  });
  const take = (/** @type {import('amqplib').ConsumeMessage | null} */ message) => {
    // Deleting the queue afterwards cancels the consumer too.
    if (message === null && received < expected) throw new Error('the broker cancelled the consumer');
    if (message === null || received === expected) return;
    received += 1;
    if (acknowledged && (received % 100 === 0 || received === expected)) channel.ack(message, true);
    if (received === expected) finish();
  };
  if (acknowledged) await channel.prefetch(WINDOW);
  for (const queue of queues) await channel.consume(queue, take, { noAck: !acknowledged });
  return { all };
}

/**
 * @param {import('amqplib').Channel} channel
 * @param {{ exchange: string, key: string, headers?: object }} to
 * @param {number} count
 */
export async function publishFreely(channel, { exchange, key, headers }, count) {
  for (let sent = 0; sent < count; sent++) {
    if (!channel.publish(exchange, key, BODY, { headers })) await once(channel, 'drain');
    // amqplib buffers without asking the socket in between: consuming has to have its turns too.
    if (sent % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * @param {import('amqplib').ConfirmChannel} channel
 * @param {string} queue
 * @param {{ count: number, window: number, persistent: boolean }} options
 */
export function publishConfirmed(channel, queue, { count, window, persistent }) {
  let sent = 0;
  let confirmed = 0;
  return new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
    const more = () => {
      while (sent < count && sent - confirmed < window) {
        sent += 1;
        channel.sendToQueue(queue, BODY, { persistent }, (error) => {
          if (error !== null) reject(error);
          confirmed += 1;
          if (confirmed === count) resolve();
          else more();
        });
      }
    };
    more();
  });
}
