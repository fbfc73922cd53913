import type { Channel, ChannelModel } from 'amqplib';
import type { Logger } from '../../telemetry/log.js';
import { backoff } from '../backoff.js';
import { closeChannel } from './close-channel.js';
import type { AmqpConnection } from './connection.js';

/** What a {@link ChannelKeeper} does with its channel. */
export interface ChannelUse<C extends Channel> {
  /** For the log, such as `publisher`. */
  readonly name: string;
  open(model: ChannelModel): Promise<C>;
  /** Declares what is needed and begins to use the channel. */
  setUp(channel: C): Promise<void>;
  /** The channel is gone, with all that was under way on it. */
  lost(channel: C): void;
}

/** Keeps one channel open and set up: again on every new connection, and again when the channel alone breaks. */
export class ChannelKeeper<C extends Channel> {
  readonly #connection: AmqpConnection;
  readonly #use: ChannelUse<C>;
  readonly #log: Logger;
  readonly #subscription: Disposable;
  #channel: C | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #lastError: unknown;

  constructor(connection: AmqpConnection, use: ChannelUse<C>, log: Logger) {
    this.#connection = connection;
    this.#use = use;
    this.#log = log;
    this.#subscription = connection.onConnected((model) => {
      this.#failures = 0;
      clearTimeout(this.#retry);
      void this.#open(model);
    });
  }

  /** Set up and usable; undefined while there is none. */
  get channel(): C | undefined {
    return this.#channel;
  }

  /** Why the channel could not be set up or broke. */
  get lastError(): unknown {
    return this.#lastError;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#subscription[Symbol.dispose]();
    if (this.#channel) await closeChannel(this.#channel);
  }

  async #open(model: ChannelModel): Promise<void> {
    let channel: C | undefined;
    try {
      const opened = await this.#use.open(model);
      channel = opened;
      opened.on('error', (error) => {
        this.#lastError = error;
      });
      opened.on('close', () => this.#lose(opened, model));
      await this.#use.setUp(opened);
      if (this.#closed) return void (await closeChannel(opened));
      this.#channel = opened;
      this.#failures = 0;
    } catch (error) {
      this.#lastError = error;
      // A channel that is still open is of no use half set up; closing it leads to the next try.
      if (channel) await closeChannel(channel);
      else this.#again(model);
    }
  }

  #lose(channel: C, model: ChannelModel): void {
    if (this.#channel === channel) this.#channel = undefined;
    this.#use.lost(channel);
    this.#again(model);
  }

  #again(model: ChannelModel): void {
    if (this.#closed) return;
    // When the connection itself is going down, its successor opens the next channel.
    setImmediate(() => {
      if (this.#closed || this.#connection.model !== model) return;
      this.#failures += 1;
      const wait = backoff(this.#failures, { baseMs: 500, longestMs: 10_000 });
      this.#log.error(
        { err: this.#lastError, channel: this.#use.name },
        'a channel to the broker broke, opening it again',
      );
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => void this.#open(model), wait);
    });
  }
}
