import type { FieldTable } from '../codec/field.js';
import { QueueCounters } from '../counters.js';
import type { Binding } from '../exchange/binding.js';
import { bodySize, type Message } from '../message.js';
import { Alarm } from './alarm.js';
import type { Backlog } from './backlog.js';
import { type Consumer, ConsumerList } from './consumer.js';
import type { DeathReason } from './dead-letter.js';
import { type Entry, newEntry } from './entry.js';
import { exceeds, type QueuePolicy } from './policy.js';
import type { QueueDeclaration } from './queue-declaration.js';
import type { QueueSurroundings } from './queue-surroundings.js';
import { levelOf, type Waiting, waitingList } from './waiting-list.js';

/** The head of a queue that stays in memory, in bytes of bodies. */
const DEEP_BYTES = 2 * 1024 * 1024;

/** A queue: messages in order, consumers in turn. */
export class Queue {
  readonly kind = 'queue';
  readonly id: number;
  readonly name: string;
  readonly durable: boolean;
  readonly declaredDurable: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
  readonly policy: QueuePolicy;
  readonly owner: object | undefined;
  readonly incoming = new Set<Binding>();
  readonly consumers: ConsumerList;
  /** Delivered and not yet settled. */
  readonly unacked = new Set<Entry>();
  readonly ready: Waiting;
  readonly counters: QueueCounters;
  private nextSequence = 1;
  private closed = false;
  private readonly around: QueueSurroundings;
  private readonly expiry: Alarm;
  private readonly idle: Alarm;

  constructor(id: number, declaration: QueueDeclaration, around: QueueSurroundings) {
    this.id = id;
    this.name = declaration.name;
    this.durable = declaration.durable;
    this.declaredDurable = declaration.declaredDurable;
    this.autoDelete = declaration.autoDelete;
    this.arguments = declaration.arguments;
    this.policy = declaration.policy;
    this.owner = declaration.owner;
    this.around = around;
    this.counters = new QueueCounters(around.counters);
    this.ready = waitingList(declaration.policy);
    this.consumers = new ConsumerList(declaration.policy.singleActiveConsumer);
    this.expiry = new Alarm(() => around.together(() => this.dropExpired()), around.now);
    this.idle = new Alarm(() => around.remove(this), around.now);
    this.touch();
  }

  /** Gives a message its place, or refuses it for the length limit. To be followed by `push`, after the journal has it. */
  admit(message: Message): Entry | undefined {
    if (this.overflows(message)) {
      if (this.policy.overflow === 'reject-publish-dlx' && this.policy.deadLetterExchange !== undefined) {
        this.around.journal.pager.hold(message);
        this.around.deadLetter(this, this.entry(message, false), 'maxlen');
      }
      return undefined;
    }
    return this.entry(message, this.durable && message.persistent && this.around.journal.durable);
  }

  push(entry: Entry): void {
    const consumer = this.ready.length === 0 ? this.consumers.next() : undefined;
    if (consumer !== undefined) {
      this.hand(entry, consumer);
      return;
    }
    // RabbitMQ sees to what expired only where the new message may have come to the head: behind others it waits until the queue is read.
    this.ready.push(entry);
    const dropped = this.dropExcess();
    if (dropped || this.ready.length === 1) this.dropExpired();
    this.dispatch();
  }

  /** Puts the messages from the journal back in their places; to be called before any other comes. */
  restore(backlog: Backlog): void {
    this.nextSequence = Math.max(this.nextSequence, backlog.last + 1);
    this.expiry.set(backlog.expiresAt);
    this.ready.restore(backlog);
  }

  /** Whether what is added now waits behind so much that it need not be in memory. */
  get deep(): boolean {
    return this.ready.bytes > DEEP_BYTES;
  }

  /** All that the journal holds of this queue, made at once: with many of them an iterator would take several times as long. */
  storedEntries(): Entry[] {
    return [...this.unacked].concat(this.ready.toArray()).filter(({ stored }) => stored);
  }

  /** Takes one message out of turn (basic.get); the caller settles it unless `noAck`. */
  take(noAck: boolean): Entry | undefined {
    this.touch();
    for (let entry = this.fetch(); entry !== undefined; entry = this.fetch()) {
      if (!this.withContent(entry, () => this.handOver(entry, noAck))) continue;
      this.counters.got(noAck, entry.redelivered);
      if (noAck) this.done(entry);
      return entry;
    }
    this.counters.gotNothing();
    return undefined;
  }

  /** The consumer is done with the message. */
  settle(entry: Entry): void {
    if (!this.unacked.delete(entry)) return;
    this.counters.acknowledged();
    this.done(entry);
  }

  /** Nobody needs the queue's copy any more. */
  done(entry: Entry): void {
    if (entry.stored) this.around.journal.settled(this, entry);
    this.around.journal.pager.release(entry.message);
  }

  /** The consumer refuses messages. With priorities the highest ones die first, as in RabbitMQ, which has a queue for each priority. */
  reject(entries: readonly Entry[]): void {
    const { maxPriority } = this.policy;
    const byLevel = (max: number) => entries.toSorted((a, b) => levelOf(b, max) - levelOf(a, max));
    const inOrder = maxPriority === undefined ? entries : byLevel(maxPriority);
    for (const entry of inOrder) if (this.unacked.delete(entry)) this.drop(entry, 'rejected');
  }

  /** Messages come back unhandled, each to its old place. */
  requeue(entries: readonly Entry[]): void {
    if (this.closed) return;
    this.around.together(() => {
      for (const entry of entries) this.putBack(entry);
      // RabbitMQ drops first: what comes back may be too much before a consumer can have it.
      this.dropExcess();
      this.dropExpired();
      this.dispatch();
    });
  }

  private putBack(entry: Entry): void {
    if (!this.unacked.delete(entry)) return;
    entry.redelivered = true;
    entry.returns += 1;
    const { deliveryLimit } = this.policy;
    if (deliveryLimit !== undefined && entry.returns > deliveryLimit) this.drop(entry, 'delivery_limit');
    else this.ready.putBack(entry);
  }

  /** Drops all waiting messages; answers how many there were. */
  purge(): number {
    const count = this.ready.length;
    for (let entry = this.ready.shift(); entry !== undefined; entry = this.ready.shift()) {
      this.done(entry);
    }
    return count;
  }

  subscribe(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.idle.clear();
    this.dispatch();
  }

  unsubscribe(consumer: Consumer): void {
    if (this.leave([consumer])) this.dispatch();
  }

  /**
   * Consumers go; answers whether the queue stays, which is not so for one that is deleted with its last consumer. Where their channel
   * closes, `requeue` follows: what it held is back in its place before anybody else is served, as in RabbitMQ.
   */
  leave(consumers: readonly Consumer[]): boolean {
    for (const consumer of consumers) this.consumers.remove(consumer);
    if (this.autoDelete && consumers.length > 0 && this.consumers.size === 0) {
      this.around.remove(this);
      return false;
    }
    this.touch();
    return true;
  }

  /** A consumer that was full has room again. */
  resume(consumer: Consumer): void {
    this.consumers.resume(consumer);
    this.dispatch();
  }

  /** Somebody used the queue: its x-expires time begins anew. */
  touch(): void {
    if (this.policy.expiresMs === undefined || this.consumers.size > 0 || this.closed) return;
    this.idle.clear();
    this.idle.set(this.around.now() + this.policy.expiresMs);
  }

  /** Stops the timers and tells the consumers. What was delivered from it and comes back later is gone with it. */
  close(): void {
    this.closed = true;
    this.expiry.clear();
    this.idle.clear();
    for (const consumer of this.consumers.clear()) consumer.cancelled();
  }

  /** The queue was deleted: gives up its messages, waiting or delivered. */
  abandon(): void {
    const { pager } = this.around.journal;
    for (let entry = this.ready.shift(); entry !== undefined; entry = this.ready.shift()) pager.release(entry.message);
    for (const entry of this.unacked) pager.release(entry.message);
    this.unacked.clear();
  }

  /** Hands waiting messages to consumers as long as both last, and the share of this turn does. */
  dispatch(): void {
    const { pace } = this.around;
    while (this.ready.length > 0 && this.consumers.size > 0 && pace.allows(this)) {
      const consumer = this.consumers.next();
      if (consumer === undefined) break;
      const entry = this.fetch() as Entry;
      pace.spend(entry.message.size);
      this.hand(entry, consumer);
    }
  }

  /** The message at the head, even one that expired and was not seen to; then those behind it whose time is over are dropped. */
  private fetch(): Entry | undefined {
    const entry = this.ready.shift();
    this.dropExpired();
    return entry;
  }

  private hand(entry: Entry, consumer: Consumer): void {
    const deliver = () => {
      this.handOver(entry, consumer.noAck);
      this.counters.delivered(consumer.noAck, entry.redelivered);
      consumer.deliver(entry);
    };
    if (this.withContent(entry, deliver) && consumer.noAck) this.done(entry);
  }

  /** Does something that needs the content, which may lie in a file; answers false when it cannot be read, and gives the message up. */
  withContent(entry: Entry, use: () => void): boolean {
    const { message } = entry;
    if (message.resident) {
      use();
      return true;
    }
    try {
      message.load();
    } catch (error) {
      this.around.lost(this, error);
      this.done(entry);
      return false;
    }
    try {
      use();
    } finally {
      message.unload();
    }
    return true;
  }

  private handOver(entry: Entry, noAck: boolean): void {
    if (noAck) return;
    this.unacked.add(entry);
    if (entry.stored && !entry.redelivered) this.around.journal.delivered(this, entry);
  }

  /** Drops those at the head whose time is over, and waits for the next one's. */
  private dropExpired(): void {
    for (let first = this.ready.first(); first !== undefined; first = this.ready.first()) {
      if (first.expiresAt === Number.POSITIVE_INFINITY) return;
      if (first.expiresAt > this.around.now()) {
        this.expiry.set(first.expiresAt);
        return;
      }
      this.ready.shift();
      this.drop(first, 'expired');
    }
  }

  /** Answers whether there was too much. */
  private dropExcess(): boolean {
    if (this.policy.overflow !== 'drop-head') return false;
    let dropped = false;
    while (exceeds(this.policy, this.ready.length, this.ready.bytes)) {
      const entry = this.ready.shift();
      if (entry === undefined) break;
      this.drop(entry, 'maxlen');
      dropped = true;
    }
    return dropped;
  }

  /** Whether one more message would pass the limit of a queue that refuses instead of dropping. */
  private overflows(message: Message): boolean {
    if (this.policy.overflow === 'drop-head') return false;
    return exceeds(this.policy, this.ready.length + 1, this.ready.bytes + bodySize(message));
  }

  private drop(entry: Entry, reason: DeathReason): void {
    const { deadLetterExchange } = this.policy;
    if (deadLetterExchange === undefined) this.done(entry);
    else this.around.deadLetter(this, entry, reason);
  }

  private entry(message: Message, stored: boolean): Entry {
    const { messageTtlMs } = this.policy;
    return newEntry(message, { sequence: this.nextSequence++, stored, messageTtlMs, now: this.around.now() });
  }
}
