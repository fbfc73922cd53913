import type { Exchange } from '../exchange/exchange.js';
import type { Message } from '../message.js';
import type { Queue } from '../queue/queue.js';
import type { Pager } from '../store/pager.js';
import type { Delivery } from './deliveries.js';

/** How a delivery is settled. */
export type Settlement = 'ack' | 'reject' | 'requeue';

/** A publish that waits for the commit. */
export interface HeldPublish {
  readonly exchange: Exchange;
  readonly routingKeys: readonly string[];
  readonly message: Message;
  readonly mandatory: boolean;
  /** Where it was routed when it came in; undefined for the default exchange, whose queues are looked up at the commit, as in RabbitMQ. */
  readonly queues: readonly Queue[] | undefined;
}

export interface HeldSettlement {
  readonly how: Settlement;
  /** In the order in which they were delivered. */
  readonly deliveries: readonly Delivery[];
}

/** The publishes and settlements of a transactional channel since its last commit or rollback. */
export class Transaction {
  private publishes: HeldPublish[] = [];
  private settlements: { how: Settlement; deliveries: Delivery[] }[] = [];
  private readonly pager: Pager;

  /** The pager counts what its publishes take. */
  constructor(pager: Pager) {
    this.pager = pager;
  }

  /** What a commit would do. */
  get uncommitted(): { messages: number; acks: number } {
    const acks = this.settlements.reduce((sum, { deliveries }) => sum + deliveries.length, 0);
    return { messages: this.publishes.length, acks };
  }

  publish(publish: HeldPublish): void {
    this.publishes.push(publish);
    this.pager.holdUncommitted(publish.message.size, 1);
  }

  /** What is settled in the same way one after the other is settled together at the commit, as in RabbitMQ. */
  settle(how: Settlement, deliveries: readonly Delivery[]): void {
    const last = this.settlements.at(-1);
    if (last?.how === how) for (const delivery of deliveries) last.deliveries.push(delivery);
    else this.settlements.push({ how, deliveries: [...deliveries] });
  }

  /** Ends the transaction, and begins the next; answers what it held. */
  take(): { publishes: readonly HeldPublish[]; settlements: readonly HeldSettlement[] } {
    const { publishes, settlements } = this;
    this.publishes = [];
    this.settlements = [];
    for (const { deliveries } of settlements) deliveries.sort((a, b) => a.tag - b.tag);
    const bytes = publishes.reduce((sum, { message }) => sum + message.size, 0);
    this.pager.holdUncommitted(-bytes, -publishes.length);
    return { publishes, settlements };
  }
}
