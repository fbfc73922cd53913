import { once } from 'node:events';
import type { Channel } from 'amqplib';
import { within } from '../within.js';

/** Longest wait for the broker's answer, in ms. */
const answerMs = 2000;

/** Closes a channel; a connection that dies meanwhile, or a broker that does not answer, ends the wait. */
export async function closeChannel(channel: Channel): Promise<void> {
  const asked = new AbortController();
  const gone = once(channel, 'close', asked).catch(() => {});
  const closed = channel.close().catch(() => {});
  await within(Promise.race([closed, gone]), answerMs);
  asked.abort();
}

/** Takes no more messages from the broker; what is on its way still arrives. */
export async function cancelConsumer(channel: Channel, consumerTag: string): Promise<void> {
  await within(
    channel.cancel(consumerTag).catch(() => {}),
    answerMs,
  );
}
