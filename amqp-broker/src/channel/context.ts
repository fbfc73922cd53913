import type { MethodFields, MethodName } from '../codec/method-spec.js';
import type { AmqpError } from '../errors.js';
import type { Client } from './client.js';
import type { Confirms } from './confirms.js';
import type { Deliveries, Subscriber } from './deliveries.js';
import type { Transaction } from './transaction.js';

/** The consumer of replies that a channel has. */
export interface ReplyConsumer {
  readonly tag: string;
  /** What the replies of this channel are addressed to. */
  readonly address: string;
}

/** What the handlers of methods see of their channel. */
export interface ChannelContext {
  readonly number: number;
  readonly client: Client;
  readonly deliveries: Deliveries;
  readonly subscriptions: Map<string, Subscriber>;
  /** Those of them that were full when a queue had something for them, longest ago first. */
  readonly parked: Set<Subscriber>;
  /** Present once the client selected confirms. */
  readonly confirms: Confirms | undefined;
  /** Present once the client selected transactions. */
  readonly transaction: Transaction | undefined;
  /** False once it is closed or failed. */
  readonly open: boolean;
  /** The window of consumers that subscribe from now on; 0 for none. */
  consumerPrefetch: number;
  /** The queue declared last, which the empty name stands for. */
  lastQueue: string;
  /** Present while it consumes direct replies. */
  replyConsumer: ReplyConsumer | undefined;
  reply<Name extends MethodName>(method: Name, fields: MethodFields<Name>): void;
  /** Answers a durable change only once it is on disk. */
  replyDurably<Name extends MethodName>(durable: boolean, method: Name, fields: MethodFields<Name>): void;
  selectConfirms(): void;
  selectTransaction(): void;
  /** Closes the channel with an exception that no incoming frame brought about. */
  raise(error: AmqpError, during?: MethodName): void;
  /** Sends the confirms that have gathered. */
  sendConfirms(): void;
  /** Offers room to the consumers that were full. */
  resumeConsumers(): void;
}
