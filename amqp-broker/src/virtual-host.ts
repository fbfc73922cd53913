import { NO_FIELDS } from './codec/field.js';
import { Counters } from './counters.js';
import { Exchange, type ExchangeType } from './exchange/exchange.js';
import { route } from './exchange/route.js';
import type { Message } from './message.js';
import { type DeathReason, deadLetterOf } from './queue/dead-letter.js';
import type { QueueHome } from './queue/declare.js';
import { removeQueue } from './queue/delete.js';
import { DeliveryPace } from './queue/delivery-pace.js';
import type { Entry } from './queue/entry.js';
import type { Queue } from './queue/queue.js';
import { DEFAULT_HOST } from './resource.js';
import type { Copy, Journal } from './store/journal.js';

/** What became of a published message: nobody took it, a queue refused it, it is in memory, or it also waits for the disk. */
export type Outcome = 'unrouted' | 'refused' | 'held' | 'stored';

const NO_COPIES: readonly Copy[] = [];

interface Dying {
  readonly queue: Queue;
  readonly entry: Entry;
  readonly reason: DeathReason;
}

/** Exchanges and queues, and the way of a message through them. */
export class VirtualHost implements QueueHome {
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  /** Who waits for direct replies, by the address of theirs. */
  readonly replyConsumers = new Map<string, (reply: Message) => void>();
  /** What happens to messages here. */
  readonly counters = new Counters();
  readonly pace = new DeliveryPace();
  readonly name: string;
  readonly journal: Journal;
  readonly now: () => number;
  private nextQueueId = 1;
  private readonly dying: Dying[] = [];
  private burying = false;

  constructor(journal: Journal, name: string = DEFAULT_HOST, now: () => number = Date.now) {
    this.name = name;
    this.journal = journal;
    this.now = now;
    for (const [name, type, internal] of PREDECLARED) {
      this.exchanges.set(
        name,
        new Exchange({ name, type, durable: true, autoDelete: false, internal, arguments: NO_FIELDS }),
      );
    }
  }

  /** Numbers for queues, never used twice in one journal. */
  takeQueueId(): number {
    return this.nextQueueId++;
  }

  /** Keeps ids in use by a restored queue from being given again. */
  reserveQueueId(id: number): void {
    this.nextQueueId = Math.max(this.nextQueueId, id + 1);
  }

  /** The queues that the message reaches. */
  route(exchange: Exchange, routingKeys: readonly string[], message: Message): readonly Queue[] {
    return route(this, exchange, routingKeys, message);
  }

  /** With `refusable` the message is refused while the disk fails; without, a publisher that cannot be told has it kept in memory. */
  deliver(queues: readonly Queue[], message: Message, refusable = false): Outcome {
    this.counters.publish += 1;
    for (const queue of queues) queue.counters.publish += 1;
    if (queues.length === 0) return 'unrouted';
    if (refusable && this.journal.failing && message.persistent && queues.some((queue) => queue.durable)) {
      return 'refused';
    }
    return this.enqueue(queues, message);
  }

  lost(queue: Queue, error: unknown): void {
    this.journal.lost(queue, error);
  }

  deadLetter(queue: Queue, entry: Entry, reason: DeathReason): void {
    this.dying.push({ queue, entry, reason });
    this.buryAll();
  }

  remove(queue: Queue): void {
    removeQueue(this, queue);
  }

  /** Whatever dies meanwhile is buried at the end: in RabbitMQ too, a message that dies of a publish comes after what its channel sent. */
  together<T>(work: () => T): T {
    const nested = this.burying;
    this.burying = true;
    try {
      return work();
    } finally {
      this.burying = nested;
      this.buryAll();
    }
  }

  private bury(dying: Dying): void {
    const { queue, entry } = dying;
    try {
      if (!queue.withContent(entry, () => this.send(dying))) return;
    } catch (error) {
      // A journal of an earlier version may hold headers that cannot be read.
      this.lost(queue, error);
    }
    queue.done(entry);
  }

  private send({ queue, entry, reason }: Dying): void {
    const exchange = this.exchanges.get(queue.policy.deadLetterExchange ?? '');
    if (exchange !== undefined) {
      const letter = deadLetterOf({ queue, message: entry.message, reason, now: this.now() });
      const targets = route(this, exchange, letter.routingKeys, letter.message);
      const open = targets.filter((target) => !letter.completesCycle(target));
      if (open.length > 0) this.enqueue(open, letter.message);
    }
  }

  /** One death may cause the next (a length limit along the way); a loop instead of recursion bounds the stack. */
  private buryAll(): void {
    if (this.burying) return;
    this.burying = true;
    for (let next = this.dying.shift(); next !== undefined; next = this.dying.shift()) this.bury(next);
    this.burying = false;
  }

  private enqueue(queues: readonly Queue[], message: Message): Outcome {
    return this.together(() => this.place(queues, message));
  }

  private place(queues: readonly Queue[], message: Message): Outcome {
    const admitted = queues.map((queue) => ({ queue, entry: queue.admit(message) }));
    const copies = admitted.every(isCopy) ? admitted : admitted.filter(isCopy);
    const { pager } = this.journal;
    pager.hold(message, copies.length);
    const stored = message.persistent ? copies.filter(({ entry }) => entry.stored) : NO_COPIES;
    message.journalled = stored.length > 0 && stored.length === copies.length;
    // Written before any queue hands it out, so that the journal never settles what it has not seen.
    if (stored.length > 0) this.journal.published(message, stored);
    for (const { queue, entry } of copies) queue.push(entry);
    if (message.holders > 0) {
      message.own();
      pager.queued(
        message,
        copies.every(({ queue }) => queue.deep),
      );
    }
    if (copies.length < queues.length) return 'refused';
    return stored.length > 0 ? 'stored' : 'held';
  }
}

function isCopy(admitted: { queue: Queue; entry: Entry | undefined }): admitted is Copy {
  return admitted.entry !== undefined;
}

const PREDECLARED: readonly (readonly [name: string, type: ExchangeType, internal: boolean])[] = [
  ['', 'direct', false],
  ['amq.direct', 'direct', false],
  ['amq.fanout', 'fanout', false],
  ['amq.topic', 'topic', false],
  ['amq.headers', 'headers', false],
  ['amq.match', 'headers', false],
  ['amq.rabbitmq.trace', 'topic', true],
];
