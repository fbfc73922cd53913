import type { ConfirmChannel, Message } from 'amqplib';
import type { Logger } from '../../telemetry/log.js';
import { defined } from '../defined.js';
import { PublishError } from '../publish-error.js';
import { deadLetterQueueOptions, EXCHANGE, exchangeOptions } from '../topology.js';
import type { OutgoingMessage } from '../transport.js';
import { ChannelKeeper } from './channel-keeper.js';
import type { AmqpConnection } from './connection.js';

interface Pending {
  readonly message: OutgoingMessage;
  readonly timer: NodeJS.Timeout;
  /** Settles the caller's promise; undefined once that is done. */
  settle: ((error?: unknown) => void) | undefined;
  sent: boolean;
  /** The broker gave it back: the queue it was meant for does not exist. */
  returned: boolean;
}

/** Unconfirmed messages on the wire: enough to keep a fast broker busy. */
const window = 2000;
/** A timer longer than this, in ms, would fire at once. */
const longestTimerMs = 2 ** 31 - 1;
/** Messages waiting for the broker before `publish` refuses more. */
const longestQueue = 50_000;
const resendDelayMs = 100;

/** Publishes with pipelined confirms; what is unconfirmed when a channel is lost is sent again, in order, until its deadline. */
export class AmqpPublisher {
  readonly #connection: AmqpConnection;
  readonly #keeper: ChannelKeeper<ConfirmChannel>;
  readonly #log: Logger;
  #queue: Pending[] = [];
  #unconfirmed: Pending[] = [];
  #inFlight = new Map<string, Pending>();
  #onWire = 0;
  #congested = false;
  #channel: ConfirmChannel | undefined;
  #resend: NodeJS.Timeout | undefined;

  constructor(connection: AmqpConnection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
    this.#keeper = new ChannelKeeper<ConfirmChannel>(
      connection,
      {
        name: 'publisher',
        open: (model) => model.createConfirmChannel(),
        setUp: (channel) => this.#setUp(channel),
        lost: () => this.#lost(),
      },
      log,
    );
  }

  publish(message: OutgoingMessage, deadlineMs = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= longestQueue) {
        const message = `${longestQueue} messages wait for the broker already.`;
        return reject(new PublishError(message, { outcomeUnknown: false, cause: this.#reason() }));
      }
      const pending: Pending = {
        message,
        timer: setTimeout(() => this.#expire(pending, deadlineMs), Math.min(deadlineMs, longestTimerMs)),
        settle: (error) => (error === undefined ? resolve() : reject(error)),
        sent: false,
        returned: false,
      };
      this.#queue.push(pending);
      this.#pump();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#resend);
    const left = [...this.#queue, ...this.#unconfirmed, ...this.#inFlight.values()];
    for (const pending of left) {
      this.#settle(pending, new PublishError('The service stops.', { outcomeUnknown: pending.sent }));
    }
    await this.#keeper.close();
  }

  async #setUp(channel: ConfirmChannel): Promise<void> {
    channel.on('return', (message: Message) => {
      const pending = this.#inFlight.get(flightKey(message.fields.routingKey, message.properties.messageId));
      if (pending) pending.returned = true;
    });
    channel.on('drain', () => {
      this.#congested = false;
      this.#pump();
    });
    await channel.assertExchange(EXCHANGE, 'topic', exchangeOptions);
    this.#channel = channel;
    this.#congested = false;
    this.#pump();
  }

  #lost(): void {
    this.#channel = undefined;
    this.#onWire = 0;
    this.#requeue();
  }

  #pump(): void {
    while (this.#channel && !this.#congested && this.#onWire < window) {
      const next = this.#queue.shift();
      if (!next) return;
      if (next.settle) this.#send(this.#channel, next);
    }
  }

  #send(channel: ConfirmChannel, pending: Pending): void {
    const { exchange, routingKey, content, properties } = pending.message;
    const toQueue = exchange === '';
    try {
      const roomLeft = channel.publish(
        exchange,
        routingKey,
        content,
        { ...defined(properties), persistent: true, mandatory: toQueue },
        (error) => this.#confirmed(channel, pending, error),
      );
      pending.sent = true;
      this.#onWire += 1;
      this.#congested = !roomLeft;
      if (toQueue) this.#inFlight.set(flightKey(routingKey, properties.messageId), pending);
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) {
        this.#settle(pending, error);
        return;
      }
      // The channel is closing: its end will be told, and the next one takes the message.
      this.#channel = undefined;
      this.#queue.unshift(pending);
    }
  }

  #confirmed(channel: ConfirmChannel, pending: Pending, error: unknown): void {
    const { exchange, routingKey, properties } = pending.message;
    if (exchange === '') this.#inFlight.delete(flightKey(routingKey, properties.messageId));
    if (this.#channel === channel) this.#onWire -= 1;
    if (pending.settle) {
      if (pending.returned) this.#makeQueue(channel, pending);
      else if (error) this.#retry(pending);
      else this.#settle(pending);
    }
    // After an error the channel may be ending: what was sent before must be sent again before anything new.
    if (!error) this.#pump();
  }

  /** A refused message, or one whose confirm will never come, is sent again soon. */
  #retry(pending: Pending): void {
    this.#unconfirmed.push(pending);
    this.#resend ??= setTimeout(() => this.#requeue(), resendDelayMs);
  }

  #requeue(): void {
    clearTimeout(this.#resend);
    this.#resend = undefined;
    this.#queue = [...this.#unconfirmed, ...this.#queue];
    this.#unconfirmed = [];
    this.#pump();
  }

  /** A dead letter must not vanish because somebody deleted its queue. */
  #makeQueue(channel: ConfirmChannel, pending: Pending): void {
    pending.returned = false;
    channel.assertQueue(pending.message.routingKey, deadLetterQueueOptions).then(
      () => this.#retry(pending),
      (error) => {
        this.#log.error({ err: error, queue: pending.message.routingKey }, 'a queue is missing and cannot be made');
        this.#retry(pending);
      },
    );
  }

  #expire(pending: Pending, deadlineMs: number): void {
    const { routingKey } = pending.message;
    const outcome = pending.sent ? 'the broker has not confirmed it, but may have it' : 'there was no way to send it';
    this.#settle(
      pending,
      new PublishError(`${routingKey} was given up after ${deadlineMs} ms: ${outcome}.`, {
        outcomeUnknown: pending.sent,
        cause: this.#reason(),
      }),
    );
    this.#dropSettled();
  }

  /** What was given up must not take the place of what may still be sent. */
  #dropSettled(): void {
    while (this.#queue[0] && !this.#queue[0].settle) this.#queue.shift();
  }

  #settle(pending: Pending, error?: unknown): void {
    clearTimeout(pending.timer);
    pending.settle?.(error);
    pending.settle = undefined;
  }

  #reason(): unknown {
    return this.#connection.model ? this.#keeper.lastError : this.#connection.lastError;
  }
}

function flightKey(routingKey: string, messageId: string | undefined): string {
  return `${routingKey}\n${messageId ?? ''}`;
}
