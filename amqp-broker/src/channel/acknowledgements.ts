import type { MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { ChannelContext } from './context.js';
import type { Delivery } from './deliveries.js';
import type { Settlement } from './transaction.js';

export function acknowledge(channel: ChannelContext, method: MethodNamed<'basic.ack'>): void {
  settleOrHold(channel, 'ack', channel.deliveries.take(method.deliveryTag, method.multiple));
}

/** basic.reject and basic.nack: back into the queue, or away to its dead-letter exchange. */
export function reject(channel: ChannelContext, tag: number, multiple: boolean, requeue: boolean): void {
  settleOrHold(channel, requeue ? 'requeue' : 'reject', channel.deliveries.take(tag, multiple));
}

/** basic.recover: all that the channel holds goes back to the queues. */
export function recover(
  channel: ChannelContext,
  method: MethodNamed<'basic.recover'> | MethodNamed<'basic.recover-async'>,
): void {
  if (!method.requeue) throw new AmqpError('NOT_IMPLEMENTED', 'requeue=false');
  const held = channel.deliveries.takeAll();
  if (method.method === 'basic.recover') channel.reply('basic.recover-ok', {});
  settle(channel, 'requeue', held);
}

/** Settles deliveries that were taken, and gives the room that they leave to consumers. */
export function settle(channel: ChannelContext, how: Settlement, deliveries: readonly Delivery[]): void {
  switch (how) {
    case 'ack':
      for (const { queue, entry } of deliveries) queue.settle(entry);
      free(channel, deliveries);
      return;
    case 'reject':
      // A dead letter may come back to the same queue, whose consumers have their room by then.
      channel.client.host.together(() => {
        for (const group of inTurn(deliveries)) group[0]?.queue.reject(group.map(({ entry }) => entry));
        free(channel, deliveries);
      });
      return;
    case 'requeue':
      // The room first: what comes back may go to the same consumers.
      for (const { subscription } of deliveries) if (subscription !== undefined) subscription.outstanding -= 1;
      for (const group of inTurn(deliveries)) {
        group[0]?.queue.requeue(group.map(({ entry }) => entry));
      }
      channel.resumeConsumers();
      return;
    default:
      throw how satisfies never;
  }
}

export function byQueue(deliveries: readonly Delivery[]): Map<Queue, Entry[]> {
  const groups = new Map<Queue, Entry[]>();
  for (const { queue, entry } of deliveries) {
    const entries = groups.get(queue);
    if (entries === undefined) groups.set(queue, [entry]);
    else entries.push(entry);
  }
  return groups;
}

/** RabbitMQ settles the deliveries of one queue and consumer together, in the order of their names, and before them each of basic.get. */
function inTurn(deliveries: readonly Delivery[]): readonly (readonly Delivery[])[] {
  if (deliveries.length < 2) return [deliveries];
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const { queue, subscription, tag } = delivery;
    const whose = subscription === undefined ? `0${String(tag).padStart(16, '0')}` : `1${subscription.tag}`;
    const key = `${queue.name}\0${whose}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [delivery]);
    else group.push(delivery);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function settleOrHold(channel: ChannelContext, how: Settlement, deliveries: readonly Delivery[]): void {
  if (channel.transaction !== undefined) channel.transaction.settle(how, deliveries);
  else settle(channel, how, deliveries);
}

function free(channel: ChannelContext, deliveries: readonly Delivery[]): void {
  for (const { subscription } of deliveries) if (subscription !== undefined) subscription.outstanding -= 1;
  if (channel.deliveries.window > 0) channel.resumeConsumers();
  else for (const { subscription } of deliveries) subscription?.resume();
}
