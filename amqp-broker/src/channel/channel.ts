import { FRAME } from '../codec/frame.js';
import type { Method, MethodFields, MethodName } from '../codec/method-spec.js';
import { octetsOf } from '../codec/octets.js';
import { AmqpError } from '../errors.js';
import type { Queue } from '../queue/queue.js';
import { byQueue } from './acknowledgements.js';
import type { Client } from './client.js';
import { Confirms } from './confirms.js';
import { ContentAssembler } from './content-assembler.js';
import type { ChannelContext, ReplyConsumer } from './context.js';
import { Deliveries, type Subscriber } from './deliveries.js';
import { stopReplies } from './direct-reply.js';
import { handleMethod } from './handle-method.js';
import { publish } from './publish.js';
import { Transaction } from './transaction.js';
import { restoreSettled } from './tx-methods.js';

type State = 'open' | 'failed' | 'closed';

/** One channel of a connection: what it consumes, what it has not settled, what it confirms. */
export class Channel implements ChannelContext {
  readonly number: number;
  readonly client: Client;
  readonly deliveries: Deliveries;
  readonly subscriptions = new Map<string, Subscriber>();
  readonly parked = new Set<Subscriber>();
  /** Present once the client selected confirms. */
  confirms: Confirms | undefined;
  /** Present once the client selected transactions. */
  transaction: Transaction | undefined;
  replyConsumer: ReplyConsumer | undefined;
  /** The window of consumers that subscribe from now on; 0 for none. */
  consumerPrefetch = 0;
  /** The queue declared last, which the empty name stands for. */
  lastQueue = '';
  /** The method being handled, which an exception names. */
  current: MethodName | undefined;
  private state: State = 'open';
  /** Queues that its consumers have left, and that go on without them once it is closed. */
  private readonly left = new Set<Queue>();
  private readonly content: ContentAssembler;

  constructor(number: number, client: Client) {
    this.number = number;
    this.client = client;
    this.content = new ContentAssembler(client.messageBytes, client.held);
    this.deliveries = new Deliveries(client.host.now);
  }

  get open(): boolean {
    return this.state === 'open';
  }

  frame(type: number, method: Method | undefined, buffer: Buffer, start: number, end: number): void {
    if (this.state === 'failed') this.awaitCloseOk(method);
    else if (method !== undefined) this.method(method);
    else if (type === FRAME.HEADER || type === FRAME.BODY) this.contentFrame(type, buffer, start, end);
    else throw new AmqpError('FRAME_ERROR', `${octetsOf(type, buffer, start, end)}: unknown_frame`);
  }

  reply<Name extends MethodName>(method: Name, fields: MethodFields<Name>): void {
    this.client.output.method(this.number, method, fields);
  }

  /** Answers a durable change only once it is on disk. */
  replyDurably<Name extends MethodName>(durable: boolean, method: Name, fields: MethodFields<Name>): void {
    const { journal } = this.client.host;
    if (durable && journal.durable) this.client.output.hold(journal.flush());
    this.reply(method, fields);
  }

  selectConfirms(): void {
    this.confirms ??= new Confirms(() => {
      if (this.state !== 'open') return;
      this.client.confirmsReady(this);
    });
  }

  selectTransaction(): void {
    this.transaction ??= new Transaction(this.client.host.journal.pager);
  }

  raise(error: AmqpError, during?: MethodName): void {
    this.current = during;
    this.client.raise(this.number, error);
  }

  sendConfirms(): void {
    if (this.state !== 'open' || this.confirms === undefined) return;
    this.client.host.counters.confirm += this.confirms.send(
      (deliveryTag, multiple) => this.reply('basic.ack', { deliveryTag, multiple }),
      (deliveryTag) => this.reply('basic.nack', { deliveryTag, multiple: false, requeue: false }),
    );
  }

  /** Offers room to the consumers that were full, in the order in which they missed it, so that none is left behind. */
  resumeConsumers(): void {
    for (const subscription of [...this.parked]) subscription.resume();
  }

  /** Takes its consumers from their queues; to be followed by `close`. */
  leave(): void {
    const subscriptions = [...this.subscriptions.values()];
    this.subscriptions.clear();
    this.parked.clear();
    for (const { queue } of subscriptions) this.left.add(queue);
    for (const queue of this.left) queue.leave(subscriptions.filter((subscription) => subscription.queue === queue));
  }

  /** The client closed the channel, or its connection ended. */
  close(): void {
    this.sendConfirms();
    this.giveBack();
    this.state = 'closed';
  }

  /** The broker closes the channel for an exception; everything but close-ok is ignored from here on. */
  fail(): void {
    this.sendConfirms();
    this.giveBack();
    this.state = 'failed';
  }

  private method(method: Method): void {
    if (this.content.expecting) {
      throw new AmqpError(
        'UNEXPECTED_FRAME',
        'expected content header for class 60, got non content header frame instead',
        'basic.publish',
      );
    }
    this.current = method.method;
    if (method.method === 'basic.publish') {
      this.content.begin(method);
      return;
    }
    if (method.method === 'channel.close') {
      this.close();
      this.client.forget(this.number);
      this.reply('channel.close-ok', {});
      return;
    }
    handleMethod(this, method);
  }

  private contentFrame(type: number, buffer: Buffer, start: number, end: number): void {
    const complete =
      type === FRAME.HEADER ? this.content.header(buffer, start, end) : this.content.body(buffer, start, end);
    if (complete === undefined) return;
    this.current = 'basic.publish';
    publish(this, complete);
  }

  private awaitCloseOk(method: Method | undefined): void {
    if (method?.method === 'channel.close') this.reply('channel.close-ok', {});
    if (method?.method === 'channel.close-ok') this.client.forget(this.number);
  }

  private giveBack(): void {
    this.content.drop();
    stopReplies(this);
    if (this.transaction !== undefined) restoreSettled(this, this.transaction);
    const held = byQueue(this.deliveries.takeAll());
    // First from all queues: what comes back to one of them, or dies there, must not reach a consumer that is about to go.
    this.leave();
    for (const queue of new Set([...this.left, ...held.keys()])) queue.requeue(held.get(queue) ?? []);
    this.left.clear();
  }
}
