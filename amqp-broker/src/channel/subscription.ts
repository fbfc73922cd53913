import { long } from '../codec/field.js';
import { withHeader } from '../message-headers.js';
import type { Consumer } from '../queue/consumer.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { Channel } from './channel.js';

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
export class Subscription implements Consumer {
  readonly tag: string;
  readonly queue: Queue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  /** Deliveries not settled yet. */
  outstanding = 0;
  private readonly prefetch: number;
  private readonly channel: Channel;
  private parked = false;

  constructor(channel: Channel, options: SubscriptionOptions) {
    this.channel = channel;
    this.tag = options.tag;
    this.queue = options.queue;
    this.noAck = options.noAck;
    this.exclusive = options.exclusive;
    this.priority = options.priority;
    this.prefetch = options.prefetch;
  }

  canTake(): boolean {
    this.parked = !this.hasRoom();
    return !this.parked;
  }

  deliver(entry: Entry): void {
    const { session, number, deliveries } = this.channel;
    if (!this.noAck) this.outstanding += 1;
    const tag = this.noAck ? deliveries.nextTag() : deliveries.add({ queue: this.queue, entry, subscription: this });
    session.output.deliver(number, this.tag, tag, entry.redelivered, outgoing(this.queue, entry));
  }

  /** Tells the queue that there is room, when it was told before that there was none. */
  resume(): void {
    if (!this.parked || !this.hasRoom()) return;
    this.parked = false;
    this.queue.resume(this);
  }

  cancelled(): void {
    this.channel.subscriptions.delete(this.tag);
    if (this.channel.session.capabilities.has('consumer_cancel_notify')) {
      this.channel.reply('basic.cancel', { consumerTag: this.tag, noWait: true });
    }
  }

  private hasRoom(): boolean {
    if (this.channel.session.output.full) return false;
    if (this.noAck) return true;
    return !(this.prefetch > 0 && this.outstanding >= this.prefetch) && !this.channel.deliveries.full;
  }
}

/** The message as a client gets it: quorum queues say how often it came back. */
export function outgoing(queue: Queue, entry: Entry): Entry['message'] {
  if (!queue.policy.quorum || entry.returns === 0) return entry.message;
  return withHeader(entry.message, 'x-delivery-count', long(entry.returns));
}
