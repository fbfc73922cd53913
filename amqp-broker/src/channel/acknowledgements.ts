import type { MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { ChannelContext } from './context.js';
import type { Delivery } from './deliveries.js';

export function acknowledge(channel: ChannelContext, method: MethodNamed<'basic.ack'>): void {
  const settled = channel.deliveries.take(method.deliveryTag, method.multiple);
  for (const { queue, entry } of settled) queue.settle(entry);
  free(channel, settled);
}

/** basic.reject and basic.nack: back into the queue, or away to its dead-letter exchange. */
export function reject(channel: ChannelContext, tag: number, multiple: boolean, requeue: boolean): void {
  const rejected = channel.deliveries.take(tag, multiple);
  if (requeue) {
    for (const { subscription } of rejected) if (subscription !== undefined) subscription.outstanding -= 1;
    for (const [queue, entries] of byQueue(rejected)) queue.requeue(entries);
    channel.resumeConsumers();
    return;
  }
  for (const { queue, entry } of rejected) queue.reject(entry);
  free(channel, rejected);
}

/** basic.recover: all that the channel holds goes back to the queues. */
export function recover(
  channel: ChannelContext,
  method: MethodNamed<'basic.recover'> | MethodNamed<'basic.recover-async'>,
): void {
  if (!method.requeue) throw new AmqpError('NOT_IMPLEMENTED', 'requeue=false');
  const held = channel.deliveries.takeAll();
  for (const { subscription } of held) if (subscription !== undefined) subscription.outstanding -= 1;
  if (method.method === 'basic.recover') channel.reply('basic.recover-ok', {});
  for (const [queue, entries] of byQueue(held)) queue.requeue(entries);
  channel.resumeConsumers();
}

function free(channel: ChannelContext, deliveries: readonly Delivery[]): void {
  for (const { subscription } of deliveries) if (subscription !== undefined) subscription.outstanding -= 1;
  if (channel.deliveries.window > 0) channel.resumeConsumers();
  else for (const { subscription } of deliveries) subscription?.resume();
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
