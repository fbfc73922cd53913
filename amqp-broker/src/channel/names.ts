import { AmqpError } from '../errors.js';
import type { Exchange } from '../exchange/exchange.js';
import { requireAccess } from '../queue/declare.js';
import type { Queue } from '../queue/queue.js';
import { notFound } from '../resource.js';
import type { Channel } from './channel.js';

export function exchangeNamed(channel: Channel, name: string): Exchange {
  const exchange = channel.session.host.exchanges.get(name);
  if (exchange === undefined) throw notFound('exchange', name);
  return exchange;
}

/** The queue of that name; the empty name stands for the one declared last on the channel. Other connections' exclusive queues are locked. */
export function queueNamed(channel: Channel, name: string): Queue {
  const expanded = queueName(channel, name);
  const queue = channel.session.host.queues.get(expanded);
  if (queue === undefined) throw notFound('queue', expanded);
  requireAccess(queue, channel.session);
  return queue;
}

export function queueName(channel: Channel, name: string): string {
  if (name !== '') return name;
  if (channel.lastQueue === '') throw new AmqpError('NOT_FOUND', 'no previously declared queue');
  return channel.lastQueue;
}
