import { randomBytes } from 'node:crypto';
import type { MethodNamed } from '../codec/method-spec.js';
import type { PropertyScan } from '../codec/property-scan.js';
import { AmqpError } from '../errors.js';
import type { Message } from '../message.js';
import { notFound } from '../resource.js';
import { generatedTag } from './consumer-tag.js';
import type { ChannelContext } from './context.js';

/** The pseudo-queue of RabbitMQ's direct reply-to: it is consumed from, and requests name it as their reply-to. */
export const REPLY_TO = 'amq.rabbitmq.reply-to';

const PREFIX = `${REPLY_TO}.`;

/** Replies are dropped for a client that leaves more than this many bytes unread: nothing promises that a reply arrives. */
const MOST_UNREAD = 16 * 1024 * 1024;

/** basic.consume from the pseudo-queue. */
export function consumeReplies(channel: ChannelContext, method: MethodNamed<'basic.consume'>): void {
  const tag = method.consumerTag === '' ? generatedTag() : method.consumerTag;
  if (channel.subscriptions.has(tag)) throw new AmqpError('NOT_ALLOWED', `attempt to reuse consumer tag '${tag}'`);
  if (channel.replyConsumer !== undefined) throw new AmqpError('PRECONDITION_FAILED', 'reply consumer already set');
  if (!method.noAck) throw new AmqpError('PRECONDITION_FAILED', 'reply consumer cannot acknowledge');
  const address = `${PREFIX}${randomBytes(16).toString('base64url')}.${randomBytes(16).toString('base64')}`;
  channel.replyConsumer = { tag, address };
  const { client, number, deliveries } = channel;
  client.host.replyConsumers.set(address, (message) => {
    if (client.output.unsent > MOST_UNREAD) return;
    // A reply does not use up its delivery tag, as in RabbitMQ.
    client.output.deliver(number, tag, deliveries.upcomingTag, false, message);
  });
  if (!method.noWait) channel.reply('basic.consume-ok', { consumerTag: tag });
}

/** Ends the consumer of replies, if the channel has one; what is addressed to it goes nowhere from here on. */
export function stopReplies(channel: ChannelContext): void {
  if (channel.replyConsumer === undefined) return;
  channel.client.host.replyConsumers.delete(channel.replyConsumer.address);
  channel.replyConsumer = undefined;
}

/** Hands the message to the consumers of replies that its routing keys name; for these it counts as not routed, as in RabbitMQ. */
export function deliverReplies(channel: ChannelContext, routingKeys: readonly string[], message: Message): void {
  for (const key of routingKeys) {
    if (key.startsWith(PREFIX)) channel.client.host.replyConsumers.get(key)?.(message);
  }
}

/** A request's content with the address of its channel's own consumer in place of the pseudo-queue's name. */
export function addressReplies(
  channel: ChannelContext,
  content: Buffer,
  { replyToAt, replyToEnd }: PropertyScan,
): Buffer {
  if (replyToEnd - replyToAt !== REPLY_TO.length || content.toString('latin1', replyToAt, replyToEnd) !== REPLY_TO) {
    return content;
  }
  if (channel.replyConsumer === undefined) {
    throw new AmqpError('PRECONDITION_FAILED', 'fast reply consumer does not exist');
  }
  const address = Buffer.from(channel.replyConsumer.address, 'latin1');
  const parts = [content.subarray(0, replyToAt - 1), Buffer.of(address.length), address, content.subarray(replyToEnd)];
  return Buffer.concat(parts);
}

/** Whether the name is one of the pseudo-queue or of an address of replies. */
export function namesReplies(queue: string): boolean {
  return queue.startsWith(REPLY_TO) && (queue.length === REPLY_TO.length || queue[REPLY_TO.length] === '.');
}

/** queue.declare of such a name: servers ask that way whether the one who waits for the reply is still there. */
export function declareReplies(channel: ChannelContext, { queue, noWait }: MethodNamed<'queue.declare'>): void {
  const { host } = channel.client;
  if (queue !== REPLY_TO && !host.replyConsumers.has(queue)) throw notFound('queue', queue, host.name);
  if (!noWait) channel.reply('queue.declare-ok', { queue, messageCount: 0, consumerCount: 1 });
}
