import type { Entry } from '../queue/entry.js';
import { outgoing } from '../queue/outgoing.js';
import type { Queue } from '../queue/queue.js';
import type { ChannelContext } from './context.js';
import type { Subscriber } from './deliveries.js';

export interface SubscriptionOptions {
  tag: string;
  queue: Queue;
  noAck: boolean;
  exclusive: boolean;
  priority: number;
  /** How many unsettled deliveries it may have; 0 for no limit. */
  prefetch: number;
}

/** A consumer of a channel. */
export class Subscription implements Subscriber {
  readonly tag: string;
  readonly queue: Queue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  outstanding = 0;
  readonly prefetch: number;
  private readonly channel: ChannelContext;

  constructor(channel: ChannelContext, options: SubscriptionOptions) {
    this.channel = channel;
    this.tag = options.tag;
    this.queue = options.queue;
    this.noAck = options.noAck;
    this.exclusive = options.exclusive;
    this.priority = options.priority;
    this.prefetch = options.prefetch;
  }

  canTake(): boolean {
    const { parked } = this.channel;
    const room = this.hasRoom();
    if (!room) parked.add(this);
    else if (parked.size > 0) parked.delete(this);
    return room;
  }

  deliver(entry: Entry): void {
    const { client, number, deliveries } = this.channel;
    if (!this.noAck) this.outstanding += 1;
    const tag = this.noAck ? deliveries.nextTag() : deliveries.add(this.queue, entry, this);
    client.output.deliver(number, this.tag, tag, entry.redelivered, outgoing(this.queue, entry));
  }

  resume(): void {
    const { parked } = this.channel;
    if (parked.has(this) && this.hasRoom() && parked.delete(this)) this.queue.resume(this);
  }

  cancelled(): void {
    this.channel.subscriptions.delete(this.tag);
    this.channel.parked.delete(this);
    if (this.channel.client.capabilities.has('consumer_cancel_notify')) {
      this.channel.reply('basic.cancel', { consumerTag: this.tag, noWait: true });
    }
  }

  private hasRoom(): boolean {
    // What needs no acknowledgement takes no place in the channel's window, but waits for one, as in RabbitMQ.
    if (this.channel.client.output.full || this.channel.deliveries.full) return false;
    return this.noAck || this.prefetch === 0 || this.outstanding < this.prefetch;
  }
}
