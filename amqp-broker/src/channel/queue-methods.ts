import { randomBytes } from 'node:crypto';
import type { MethodNamed } from '../codec/method-spec.js';
import { bind, requireBindable, unbind } from '../exchange/bind.js';
import { declareQueue, requireAccess } from '../queue/declare.js';
import { removeQueue } from '../queue/delete.js';
import { requireEmpty, requireUnused } from '../queue/in-use.js';
import type { Queue } from '../queue/queue.js';
import { notFound, refuseDefaultExchange } from '../resource.js';
import type { ChannelContext } from './context.js';
import { declareReplies, namesReplies } from './direct-reply.js';
import { exchangeNamed, queueName, queueNamed } from './names.js';

export function declareQueueMethod(channel: ChannelContext, method: MethodNamed<'queue.declare'>): void {
  if (namesReplies(method.queue)) {
    declareReplies(channel, method);
    return;
  }
  if (method.passive) {
    const queue = queueNamed(channel, method.queue);
    queue.touch();
    answer(channel, method, queue, false);
    return;
  }
  const { client } = channel;
  const generated = method.queue === '';
  const { queue, created } = declareQueue(
    client.host,
    {
      name: generated ? `amq.gen-${randomBytes(16).toString('base64url')}` : method.queue,
      durable: method.durable,
      autoDelete: method.autoDelete,
      owner: method.exclusive ? client : undefined,
      arguments: method.arguments,
    },
    generated,
  );
  if (queue.owner !== undefined) client.exclusiveQueues.add(queue);
  answer(channel, method, queue, created && queue.durable);
}

export function bindQueue(channel: ChannelContext, method: MethodNamed<'queue.bind'>): void {
  const { host } = channel.client;
  const name = queueName(channel, method.queue);
  refuseDefaultExchange(method.exchange);
  const queue = host.queues.get(name);
  const exchange = exchangeNamed(channel, method.exchange);
  if (queue === undefined) throw notFound('queue', name, host.name);
  // RabbitMQ looks at the arguments before it asks whose queue that is.
  requireBindable(exchange, method.arguments);
  requireAccess(queue, channel.client, host.name);
  const stored = bind(host, exchange, queue, bindingKeyOf(method, name), method.arguments);
  if (!method.noWait) channel.replyDurably(stored, 'queue.bind-ok', {});
}

export function unbindQueue(channel: ChannelContext, method: MethodNamed<'queue.unbind'>): void {
  const { host } = channel.client;
  const name = queueName(channel, method.queue);
  refuseDefaultExchange(method.exchange);
  const queue = host.queues.get(name);
  const exchange = host.exchanges.get(method.exchange);
  let stored = false;
  // Unbinding what is not there succeeds, as in RabbitMQ, whoever may use the queue.
  if (queue !== undefined && exchange !== undefined) {
    const key = bindingKeyOf(method, name);
    if (exchange.isBound(queue, key, method.arguments)) requireAccess(queue, channel.client, host.name);
    stored = unbind(host, exchange, queue, key, method.arguments);
  }
  channel.replyDurably(stored, 'queue.unbind-ok', {});
}

export function purgeQueue(channel: ChannelContext, method: MethodNamed<'queue.purge'>): void {
  const messageCount = queueNamed(channel, method.queue).purge();
  if (!method.noWait) channel.reply('queue.purge-ok', { messageCount });
}

/** Deleting a queue that is not there succeeds, as in RabbitMQ. */
export function deleteQueue(channel: ChannelContext, method: MethodNamed<'queue.delete'>): void {
  const { host } = channel.client;
  const name = queueName(channel, method.queue);
  const queue = host.queues.get(name);
  let messageCount = 0;
  if (queue !== undefined) {
    requireAccess(queue, channel.client, host.name);
    if (method.ifUnused) requireUnused(queue, host.name);
    if (method.ifEmpty) requireEmpty(queue, host.name);
    messageCount = queue.ready.length;
    channel.client.exclusiveQueues.delete(queue);
    removeQueue(host, queue);
  }
  if (!method.noWait) channel.replyDurably(queue?.durable === true, 'queue.delete-ok', { messageCount });
}

function answer(channel: ChannelContext, method: MethodNamed<'queue.declare'>, queue: Queue, stored: boolean): void {
  channel.lastQueue = queue.name;
  if (method.noWait) return;
  channel.replyDurably(stored, 'queue.declare-ok', {
    queue: queue.name,
    messageCount: queue.ready.length,
    consumerCount: queue.consumers.size,
  });
}

/** With no names at all, the queue declared last is meant by its own name (AMQP 0-9-1 §1.7.2.3). */
function bindingKeyOf(method: { queue: string; routingKey: string }, name: string): string {
  return method.queue === '' && method.routingKey === '' ? name : method.routingKey;
}
