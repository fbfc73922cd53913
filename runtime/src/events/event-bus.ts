import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { MscliError } from '../errors.js';
import type { Service } from '../host/service.js';
import type { Database, Transaction } from '../state/index.js';
import { childTraceparent } from '../telemetry/index.js';
import type { Logger } from '../telemetry/log.js';
import type { EventContract } from './define-event.js';
import { defined } from './defined.js';
import { describeIssues } from './describe-issues.js';
import { encodeEvent } from './encode-event.js';
import type { EventOptions } from './event.js';
import type { EventPublisher, PublishOptions } from './event-publisher.js';
import { deliveryHandler } from './handle-delivery.js';
import { appendToOutbox } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';
import type { Subscription } from './subscription.js';
import { deadLetterQueueName, queueName } from './topology.js';
import type { Consumer, OutgoingMessage, Transport, TransportState } from './transport.js';

/** Options of {@link EventBus}. */
export interface EventBusOptions {
  /** Name of the service: the events' source, and the prefix of its queues. */
  readonly service: string;
  readonly instanceId: string;
  readonly transport: Transport;
  /** Holds the outbox and the inbox; its tables must have been made (`eventTables`). */
  readonly db: Database;
  readonly log: Logger;
  /** Version of the service's code, for dead letters. */
  readonly version?: string | undefined;
  readonly now?: () => Date;
}

/** A service's connection to all others: publishes and subscribes. */
export class EventBus implements EventPublisher, AsyncDisposable {
  readonly #options: EventBusOptions;
  readonly #relay: OutboxRelay;
  readonly #consumers: Consumer[] = [];
  readonly #stopping = new AbortController();
  readonly #busy = new Set<string>();

  constructor(options: EventBusOptions) {
    this.#options = options;
    // Every handler that waits for its next try listens: ten of them are no leak.
    setMaxListeners(0, this.#stopping.signal);
    const { db, transport, instanceId, log } = options;
    this.#relay = new OutboxRelay({ db, transport, holder: instanceId, log });
  }

  /** `idle` until somebody publishes or subscribes; `connecting` also while a subscription is not consuming. */
  get state(): TransportState {
    const { state } = this.#options.transport;
    return state === 'connected' && this.#consumers.some(({ active }) => !active) ? 'connecting' : state;
  }

  /** What runs right now, such as `handler mail-service.order.placed, event 5f0c`. */
  get busy(): readonly string[] {
    return [...this.#busy];
  }

  async publish<Data, Input>(
    contract: EventContract<Data, Input>,
    data: Input,
    options: PublishOptions = {},
  ): Promise<{ id: string }> {
    const parsed = contract.schema.safeParse(data);
    if (!parsed.success) {
      throw new MscliError(
        'INVALID_EVENT',
        `${contract.type} breaks its contract: ${describeIssues(parsed.error, data)}`,
        {
          hint: 'Publish what the contract says, or change the contract for all its users.',
          cause: parsed.error,
        },
      );
    }
    const { id, message } = this.#encode(contract.type, parsed.data, options, childTraceparent());
    if (options.tx) await this.#append(options.tx, message);
    else await this.#options.transport.publish(message, defined({ deadlineMs: options.deadlineMs }));
    return { id };
  }

  /** Writes an event without a contract into the outbox: for the runtime's own events. */
  async append(tx: Transaction, type: string, data: unknown, options: EventOptions = {}): Promise<void> {
    await this.#append(tx, this.#encode(type, data, options, childTraceparent()).message);
  }

  /** Begins to consume; a broker that is not there yet is waited for in the background. */
  subscribe(subscription: Subscription, service: Service): Consumer {
    const { transport, version } = this.#options;
    const name = queueName(this.#options.service, subscription.name);
    const queue = {
      name,
      deadLetterQueue: deadLetterQueueName(name),
      pattern: subscription.pattern,
      prefetch: subscription.prefetch,
    };
    const consumer = transport.consume(
      queue,
      deliveryHandler({
        subscription,
        queue,
        service,
        transport,
        version,
        stopping: this.#stopping.signal,
        busy: this.#busy,
      }),
    );
    this.#consumers.push(consumer);
    return consumer;
  }

  /** Publishes what an earlier run left in the outbox. */
  resumeOutbox(): void {
    this.#relay.wake();
  }

  /** Resolves when the outbox has been seen empty. */
  outboxFlushed(): Promise<void> {
    return this.#relay.flushed();
  }

  /** Takes no more events and waits for the running handlers. */
  async stopConsuming(): Promise<void> {
    this.#stopping.abort(new MscliError('STOPPING', `${this.#options.service} is stopping.`));
    await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.stop()));
  }

  /** Closes the connection. What is in the outbox stays there for the next start. */
  async close(): Promise<void> {
    const relay = this.#relay.stop();
    await this.#options.transport.close();
    await relay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopConsuming();
    await this.close();
  }

  #encode(type: string, data: unknown, options: EventOptions, traceparent: string | undefined) {
    const { service, instanceId, now = () => new Date() } = this.#options;
    const { id = randomUUID(), subject, key } = options;
    const time = now().toISOString();
    const event = { id, type, source: service, time, data, ...defined({ subject, key, traceparent }) };
    return { id, message: encodeEvent(event, instanceId) };
  }

  async #append(tx: Transaction, message: OutgoingMessage): Promise<void> {
    await appendToOutbox(tx, message);
    tx.afterCommit(() => this.#relay.wake());
  }
}
