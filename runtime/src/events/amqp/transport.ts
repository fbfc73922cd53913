import { AsyncResource } from 'node:async_hooks';
import { PublishError } from '../publish-error.js';
import type { Consumer, IncomingMessage, OutgoingMessage, QueueSpec, Transport, TransportState } from '../transport.js';
import { AmqpConnection, type AmqpConnectionOptions } from './connection.js';
import { AmqpConsumer } from './consumer.js';
import { AmqpPublisher } from './publisher.js';

/** Messages over AMQP 0-9-1: one connection, made at the first use, with a publishing channel and one per consumer. */
export class AmqpTransport implements Transport {
  readonly #options: AmqpConnectionOptions;
  readonly #connection: AmqpConnection;
  /** The connection outlives the request that needs it first, and must not count to its trace. */
  readonly #scope = new AsyncResource('AmqpTransport');
  #closing = false;
  #publisher: AmqpPublisher | undefined;

  constructor(options: AmqpConnectionOptions) {
    this.#options = options;
    this.#connection = new AmqpConnection(options);
  }

  get state(): TransportState {
    if (this.#closing) return 'closed';
    const { state } = this.#connection;
    return state === 'waiting' ? 'connecting' : state;
  }

  publish(message: OutgoingMessage, { deadlineMs }: { deadlineMs?: number } = {}): Promise<void> {
    if (this.state === 'closed') {
      return Promise.reject(new PublishError('The connection to the broker is closed.', { outcomeUnknown: false }));
    }
    this.#publisher ??= new AmqpPublisher(this.#connection, this.#options.log);
    this.#open();
    return this.#publisher.publish(message, deadlineMs);
  }

  consume(queue: QueueSpec, handle: (message: IncomingMessage) => Promise<void>): Consumer {
    const consumer = new AmqpConsumer(this.#connection, queue, handle, this.#options.log);
    this.#open();
    return consumer;
  }

  onConnected(listener: () => void): Disposable {
    return this.#connection.onConnected(() => listener());
  }

  #open(): void {
    this.#scope.runInAsyncScope(() => this.#connection.open());
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#publisher?.close();
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
