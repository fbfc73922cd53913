import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../telemetry/log.js';
import { deadLetterQueueOptions, EXCHANGE, exchangeOptions, queueOptions } from '../topology.js';
import type { Consumer, IncomingMessage, QueueSpec } from '../transport.js';
import { AckBatch } from './ack-batch.js';
import { ChannelKeeper } from './channel-keeper.js';
import { cancelConsumer, closeChannel } from './close-channel.js';
import type { AmqpConnection } from './connection.js';

/** Longest time an acknowledgement waits for company, in ms. */
const ackDelayMs = 5;
const ackBatchSize = 10;
/** What could be neither handled nor dead-lettered comes again at once: without a pause it would go round and round. */
const giveBackDelayMs = 200;

/** Consumes one queue on a channel of its own, which is rebuilt with its topology whenever it is lost. */
export class AmqpConsumer implements Consumer {
  readonly started: Promise<void>;
  readonly #queue: QueueSpec;
  readonly #handle: (message: IncomingMessage) => Promise<void>;
  readonly #log: Logger;
  readonly #keeper: ChannelKeeper<Channel>;
  readonly #running = new Set<Promise<void>>();
  #start: () => void = () => {};
  #acks: AckBatch | undefined;
  #consumerTag: string | undefined;
  readonly #stopping = new AbortController();

  constructor(
    connection: AmqpConnection,
    queue: QueueSpec,
    handle: (message: IncomingMessage) => Promise<void>,
    log: Logger,
  ) {
    this.#queue = queue;
    this.#handle = handle;
    this.#log = log;
    // As many may wait as are handled at the same time.
    setMaxListeners(0, this.#stopping.signal);
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.#keeper = new ChannelKeeper<Channel>(
      connection,
      {
        name: queue.name,
        open: (model) => model.createChannel(),
        setUp: (channel) => this.#setUp(channel),
        lost: () => this.#lost(),
      },
      log,
    );
  }

  get active(): boolean {
    return this.#consumerTag !== undefined;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const channel = this.#keeper.channel;
    if (channel && this.#consumerTag) await cancelConsumer(channel, this.#consumerTag);
    await Promise.allSettled(this.#running);
    this.#acks?.flush();
    await this.#keeper.close();
  }

  async #setUp(channel: Channel): Promise<void> {
    const { name, deadLetterQueue, pattern, prefetch } = this.#queue;
    const acks = new AckBatch(channel, {
      size: Math.max(1, Math.min(ackBatchSize, Math.floor(prefetch / 2))),
      delayMs: ackDelayMs,
    });
    // Sent in one go: a broker answers the requests of a channel in their order.
    await Promise.all([
      channel.prefetch(prefetch),
      channel.assertExchange(EXCHANGE, 'topic', exchangeOptions),
      channel.assertQueue(deadLetterQueue, deadLetterQueueOptions),
      channel.assertQueue(name, queueOptions(name)),
      channel.bindQueue(name, EXCHANGE, pattern),
    ]);
    this.#acks = acks;
    const { consumerTag } = await channel.consume(name, (message) => this.#deliver(channel, acks, message));
    this.#consumerTag = consumerTag;
    this.#start();
  }

  #lost(): void {
    this.#acks?.discard();
    this.#acks = undefined;
    this.#consumerTag = undefined;
  }

  #deliver(channel: Channel, acks: AckBatch, message: ConsumeMessage | null): void {
    if (message === null) {
      this.#log.warn({ queue: this.#queue.name }, 'the queue was deleted, making it again');
      void closeChannel(channel);
      return;
    }
    // What arrives after the cancel goes back to the queue when the channel closes.
    if (this.#stopping.signal.aborted) return;
    acks.delivered(message);
    const handled = this.#handle(incoming(message)).then(
      () => acks.done(message),
      (error) => this.#giveBack(acks, message, error),
    );
    this.#running.add(handled);
    void handled.finally(() => this.#running.delete(handled));
  }

  async #giveBack(acks: AckBatch, message: ConsumeMessage, error: unknown): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#log.warn({ err: error, queue: this.#queue.name }, 'a message goes back to its queue');
      await sleep(giveBackDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    acks.giveBack(message);
  }
}

function incoming({ content, fields, properties }: ConsumeMessage): IncomingMessage {
  const { messageId, type, appId, timestamp, contentType, headers } = properties;
  return {
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    redelivered: fields.redelivered,
    content,
    properties: { messageId, type, appId, timestamp, contentType, headers },
  };
}
