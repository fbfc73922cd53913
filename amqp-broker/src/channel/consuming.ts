import type { MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import { outgoing } from '../queue/outgoing.js';
import type { Queue } from '../queue/queue.js';
import { describe } from '../resource.js';
import { consumerPriority } from './consumer-arguments.js';
import { generatedTag } from './consumer-tag.js';
import type { ChannelContext } from './context.js';
import { consumeReplies, REPLY_TO, stopReplies } from './direct-reply.js';
import { queueNamed } from './names.js';
import { Subscription } from './subscription.js';

/** basic.qos: with `global` the window of the whole channel, without it that of each consumer to come (RabbitMQ's reading). */
export function qos(channel: ChannelContext, method: MethodNamed<'basic.qos'>): void {
  if (method.prefetchSize !== 0) throw new AmqpError('NOT_IMPLEMENTED', `prefetch_size!=0 (${method.prefetchSize})`);
  if (method.global) channel.deliveries.window = method.prefetchCount;
  else channel.consumerPrefetch = method.prefetchCount;
  channel.reply('basic.qos-ok', {});
  if (method.global) channel.resumeConsumers();
}

export function consume(channel: ChannelContext, method: MethodNamed<'basic.consume'>): void {
  if (method.queue === REPLY_TO) {
    consumeReplies(channel, method);
    return;
  }
  const vhost = channel.client.host.name;
  const queue = queueNamed(channel, method.queue);
  const tag = method.consumerTag === '' ? generatedTag() : method.consumerTag;
  if (channel.subscriptions.has(tag) || channel.replyConsumer?.tag === tag)
    throw new AmqpError('NOT_ALLOWED', `attempt to reuse consumer tag '${tag}'`);
  if (queue.policy.quorum && channel.deliveries.window > 0) {
    throw new AmqpError('NOT_IMPLEMENTED', `${describe('queue', queue.name, vhost)} does not support global qos`);
  }
  requireFree(queue, method.exclusive, vhost);
  const subscription = new Subscription(channel, {
    tag,
    queue,
    noAck: method.noAck,
    exclusive: method.exclusive,
    priority: consumerPriority(method.arguments, queue, vhost),
    prefetch: channel.consumerPrefetch,
  });
  channel.subscriptions.set(tag, subscription);
  if (!method.noWait) channel.reply('basic.consume-ok', { consumerTag: tag });
  queue.subscribe(subscription);
}

export function cancel(channel: ChannelContext, method: MethodNamed<'basic.cancel'>): void {
  const subscription = channel.subscriptions.get(method.consumerTag);
  channel.subscriptions.delete(method.consumerTag);
  if (!method.noWait) channel.reply('basic.cancel-ok', { consumerTag: method.consumerTag });
  if (channel.replyConsumer?.tag === method.consumerTag) stopReplies(channel);
  if (subscription === undefined) return;
  channel.parked.delete(subscription);
  subscription.queue.unsubscribe(subscription);
}

export function get(channel: ChannelContext, method: MethodNamed<'basic.get'>): void {
  const queue = queueNamed(channel, method.queue);
  const entry = queue.take(method.noAck);
  if (entry === undefined) {
    channel.reply('basic.get-empty', { reserved1: '' });
    return;
  }
  const { deliveries } = channel;
  const message = outgoing(queue, entry);
  channel.reply('basic.get-ok', {
    deliveryTag: method.noAck ? deliveries.nextTag() : deliveries.add(queue, entry, undefined),
    redelivered: entry.redelivered,
    exchange: message.exchange,
    routingKey: message.routingKey,
    messageCount: queue.ready.length,
  });
  channel.client.output.content(channel.number, message);
}

function requireFree(queue: Queue, exclusive: boolean, vhost: string): void {
  const shared = queue.consumers.size > 0 || queue.policy.singleActiveConsumer;
  if (queue.consumers.exclusive || (exclusive && shared)) {
    throw new AmqpError('ACCESS_REFUSED', `${describe('queue', queue.name, vhost)} in exclusive use`);
  }
}
