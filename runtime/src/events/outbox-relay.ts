import { AsyncResource } from 'node:async_hooks';
import type { Database } from '../state/index.js';
import type { Logger } from '../telemetry/log.js';
import { endTurn, nextFromOutbox, type OutboxRow, outboxIsEmpty } from './outbox.js';
import type { Transport } from './transport.js';

/** Options of {@link OutboxRelay}. */
export interface OutboxRelayOptions {
  readonly db: Database;
  readonly transport: Transport;
  /** The instance: after a restart it goes on with its own turn at once. */
  readonly holder: string;
  readonly log: Logger;
  /** How long another instance waits for one that has died in its turn, in ms. Default 15 000. */
  readonly leaseMs?: number;
  /** How often to look for rows that a dead instance left, in ms. Default 5000. */
  readonly sweepMs?: number;
}

type Outcome = 'drained' | 'elsewhere' | 'failed';

const batchSize = 500;
const publishDeadlineMs = 10_000;
const otherHolderPollMs = 100;
const retryMs = 1000;

/** Publishes what is in the outbox, in order, as soon as its transaction has committed and a broker is there. */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #connected: Disposable;
  readonly #waiting = new Set<() => void>();
  /** The loop outlives the request or handler that wakes it first, and must not count to its trace. */
  readonly #scope = new AsyncResource('OutboxRelay');
  #loop: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;
  #warned = false;
  #interrupt: () => void = () => {};

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
    this.#connected = options.transport.onConnected(() => this.#loop && this.wake());
  }

  /** There may be rows: begin, or look again. */
  wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#loop ??= this.#scope.runInAsyncScope(() => this.#run());
    this.#interrupt();
  }

  /** Resolves when the outbox has been seen empty, or when the relay has stopped. */
  flushed(): Promise<void> {
    if (!this.#loop || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.wake();
    });
  }

  /** Ends after the publishes under way; the rows stay for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#connected[Symbol.dispose]();
    this.#interrupt();
    await this.#loop;
    this.#tell(this.#waiting);
  }

  async #run(): Promise<void> {
    const pause = { drained: this.#options.sweepMs ?? 5000, elsewhere: otherHolderPollMs, failed: retryMs };
    while (!this.#stopped) {
      const outcome = await this.#relay();
      if (!this.#stopped && !this.#wanted) await this.#pause(pause[outcome]);
    }
  }

  async #relay(): Promise<Outcome> {
    const asked = this.#wanted;
    this.#wanted = false;
    // Whoever comes while this round looks may have written what it does not see.
    const waiting = [...this.#waiting];
    try {
      const outcome = !asked && (await outboxIsEmpty(this.#options.db)) ? 'drained' : await this.#drain();
      if (outcome === 'drained') this.#tell(waiting);
      return outcome;
    } catch (error) {
      if (!this.#stopped) this.#options.log.error({ err: error }, 'the outbox cannot be read, trying again');
      return 'failed';
    }
  }

  async #drain(): Promise<Outcome> {
    const { db, holder, leaseMs = 15_000 } = this.#options;
    let published: number[] = [];
    while (true) {
      const rows = await nextFromOutbox(db, published, { holder, leaseMs, limit: batchSize, now: Date.now() });
      if (rows === undefined) return 'elsewhere';
      if (rows.length === 0) return 'drained';
      published = this.#stopped ? [] : await this.#publish(rows);
      if (published.length === rows.length && !this.#stopped) continue;
      await endTurn(db, holder, published);
      return 'failed';
    }
  }

  async #publish(rows: readonly OutboxRow[]): Promise<number[]> {
    const { transport, log } = this.#options;
    const outcomes = await Promise.allSettled(
      rows.map(({ message }) => transport.publish(message, { deadlineMs: publishDeadlineMs })),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed && !this.#warned && !this.#stopped) {
      log.warn({ err: failed.reason }, 'events wait in the outbox for the broker');
    }
    this.#warned = failed !== undefined;
    return rows.filter((_, index) => outcomes[index]?.status === 'fulfilled').map(({ id }) => id);
  }

  #tell(waiting: Iterable<() => void>): void {
    for (const resolve of waiting) {
      this.#waiting.delete(resolve);
      resolve();
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
