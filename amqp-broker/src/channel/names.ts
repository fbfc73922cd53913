import { AmqpError } from '../errors.js';
import type { Exchange } from '../exchange/exchange.js';
import { requireAccess } from '../queue/declare.js';
import type { Queue } from '../queue/queue.js';
import { notFound } from '../resource.js';
import type { ChannelContext } from './context.js';

export function exchangeNamed(channel: ChannelContext, name: string): Exchange {
  const exchange = channel.client.host.exchanges.get(name);
  if (exchange === undefined) throw notFound('exchange', name, channel.client.host.name);
  return exchange;
}

/** The queue of that name; the empty name stands for the one declared last on the channel. Other connections' exclusive queues are locked. */
export function queueNamed(channel: ChannelContext, name: string): Queue {
  const expanded = queueName(channel, name);
  const queue = channel.client.host.queues.get(expanded);
  if (queue === undefined) throw notFound('queue', expanded, channel.client.host.name);
  requireAccess(queue, channel.client, channel.client.host.name);
  return queue;
}

export function queueName(channel: ChannelContext, name: string): string {
  if (name !== '') return name;
  if (channel.lastQueue === '') throw new AmqpError('NOT_FOUND', 'no previously declared queue');
  return channel.lastQueue;
}
