import type { Database } from '../state/index.js';
import type { Event } from './event.js';
import { InOrder } from './in-order.js';

/** A process may die so often while it handles an event again; then the event is taken for the cause. */
const deathsAllowed = 3;

/** What {@link Redeliveries} does with an event. */
export interface RedeliveredWork {
  /** Handles it. */
  readonly run: () => Promise<void>;
  /** Gives it up: so many processes have died over it. */
  readonly giveUp: (deaths: number) => Promise<void>;
}

/**
 * Keeps an event whose handling kills the process from killing every process after it. Runs of redelivered events are
 * counted in the database while they last, so that only a death leaves a count behind. Events that one has been left for
 * run one at a time: then the next death tells which of them it was.
 */
export class Redeliveries {
  readonly #db: Database;
  readonly #subscription: string;
  readonly #suspects = new InOrder();

  constructor(db: Database, subscription: string) {
    this.#db = db;
    this.#subscription = subscription;
  }

  async handle(event: Event, work: RedeliveredWork): Promise<void> {
    const key = [this.#subscription, `${event.source} ${event.id}`] as const;
    const row = await this.#db.get<{ runs: number }>(
      'SELECT runs FROM mscli_redelivery WHERE subscription = ? AND event = ?',
      key,
    );
    const deaths = row?.runs ?? 0;
    await this.#suspects.run(deaths > 0 ? 'suspects' : undefined, async () => {
      if (deaths < deathsAllowed) await this.#count(key, work.run);
      else await work.giveUp(deaths).then(() => this.#forget(key));
    });
  }

  async #count(key: readonly [string, string], run: () => Promise<void>): Promise<void> {
    await this.#db.run(
      `INSERT INTO mscli_redelivery (subscription, event, runs) VALUES (?, ?, 1)
       ON CONFLICT (subscription, event) DO UPDATE SET runs = runs + 1`,
      key,
    );
    try {
      await run();
    } finally {
      await this.#forget(key);
    }
  }

  async #forget(key: readonly [string, string]): Promise<void> {
    await this.#db.run('DELETE FROM mscli_redelivery WHERE subscription = ? AND event = ?', key);
  }
}
