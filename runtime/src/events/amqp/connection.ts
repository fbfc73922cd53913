import type { ChannelModel } from 'amqplib';
import type { Logger } from '../../telemetry/log.js';
import { backoff } from '../backoff.js';
import { within } from '../within.js';
import { serverOf, withHeartbeat } from './broker-url.js';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly failures: number }
  | { readonly kind: 'waiting'; readonly failures: number; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'connected'; readonly model: ChannelModel }
  | { readonly kind: 'closed' };

/** Options of {@link AmqpConnection}. */
export interface AmqpConnectionOptions {
  /** Asked before every attempt, since a local broker may come back on another port. */
  readonly url: () => string | Promise<string>;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly log: Logger;
  /** First wait after a failure is random up to this, in ms; it doubles up to 5 s. Default 100. */
  readonly retryDelayMs?: number;
  readonly random?: () => number;
}

const connectTimeoutMs = 5000;
const closeTimeoutMs = 2000;
const longestRetryDelayMs = 5000;

/** One connection to the broker that comes back by itself, until it is closed. */
export class AmqpConnection {
  readonly #options: AmqpConnectionOptions;
  readonly #listeners = new Set<(model: ChannelModel) => void>();
  #state: State = { kind: 'idle' };
  #lastError: unknown;

  constructor(options: AmqpConnectionOptions) {
    this.#options = options;
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  get model(): ChannelModel | undefined {
    return this.#state.kind === 'connected' ? this.#state.model : undefined;
  }

  /** Why the last attempt failed or the last connection ended. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Connects, if nobody has asked for it before. */
  open(): void {
    if (this.#state.kind === 'idle') this.#connect(0);
  }

  /** Calls back at every new connection, and now when there is one. */
  onConnected(listener: (model: ChannelModel) => void): Disposable {
    const own = (model: ChannelModel) => listener(model);
    this.#listeners.add(own);
    if (this.model) own(this.model);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { kind: 'closed' };
    this.#listeners.clear();
    if (before.kind === 'waiting') clearTimeout(before.timer);
    if (before.kind !== 'connected') return;
    // Where the broker does not answer, the process's end closes the socket.
    await within(
      before.model.close().catch(() => {}),
      closeTimeoutMs,
    );
  }

  async #connect(failures: number): Promise<void> {
    this.#state = { kind: 'connecting', failures };
    try {
      const [{ connect }, url] = await Promise.all([import('amqplib'), this.#options.url()]);
      const model = await connect(withHeartbeat(url), {
        noDelay: true,
        keepAlive: true,
        timeout: connectTimeoutMs,
        clientProperties: { connection_name: this.#options.name },
      });
      if (this.#isClosed()) discard(model);
      else this.#connected(model, serverOf(url), failures);
    } catch (error) {
      if (!this.#isClosed()) this.#retry(failures + 1, error);
    }
  }

  #connected(model: ChannelModel, server: string, failures: number): void {
    this.#state = { kind: 'connected', model };
    let reason: unknown;
    model.on('error', (error) => {
      reason = error;
    });
    model.on('blocked', (why) => this.#options.log.warn({ server, why }, 'the broker takes no messages for now'));
    model.on('unblocked', () => this.#options.log.info({ server }, 'the broker takes messages again'));
    model.on('close', (error) => {
      if (this.model === model) this.#retry(1, reason ?? error ?? new Error('The broker closed the connection.'));
    });
    this.#options.log.info({ server, ...(failures > 0 && { failures }) }, 'connected to the broker');
    for (const listener of [...this.#listeners]) listener(model);
  }

  #retry(failures: number, error: unknown): void {
    this.#lastError = error;
    if (failures === 1 || failures % 20 === 0) {
      this.#options.log.warn({ err: error, failures }, 'no connection to the broker, trying again');
    }
    const { retryDelayMs = 100, random } = this.#options;
    const wait = backoff(failures, { baseMs: retryDelayMs, longestMs: longestRetryDelayMs }, random);
    const timer = setTimeout(() => void this.#connect(failures), wait);
    this.#state = { kind: 'waiting', failures, timer };
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed';
  }
}

/** A connection that nobody wants any more, and whose errors nobody needs to know. */
function discard(model: ChannelModel): void {
  model.on('error', () => {});
  model.close().catch(() => {});
}
