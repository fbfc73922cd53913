import type { MethodFields, MethodName } from '../codec/method-spec.js';
import type { Client } from './client.js';
import type { Confirms } from './confirms.js';
import type { Deliveries, Subscriber } from './deliveries.js';

/** What the handlers of methods see of their channel. */
export interface ChannelContext {
  readonly number: number;
  readonly client: Client;
  readonly deliveries: Deliveries;
  readonly subscriptions: Map<string, Subscriber>;
  /** Present once the client selected confirms. */
  readonly confirms: Confirms | undefined;
  /** The window of consumers that subscribe from now on; 0 for none. */
  consumerPrefetch: number;
  /** The queue declared last, which the empty name stands for. */
  lastQueue: string;
  reply<Name extends MethodName>(method: Name, fields: MethodFields<Name>): void;
  /** Answers a durable change only once it is on disk. */
  replyDurably<Name extends MethodName>(durable: boolean, method: Name, fields: MethodFields<Name>): void;
  selectConfirms(): void;
  /** Offers room to the consumers that were full. */
  resumeConsumers(): void;
}
