import { randomUUID } from 'node:crypto';
import { MscliError } from '../errors.js';
import type { Transaction } from '../state/database.js';
import { childTraceparent } from '../telemetry/index.js';
import { type Clock, systemClock } from './clock.js';
import type { AnySaga, Saga } from './definition.js';
import { Journal } from './journal.js';
import { resultsOf } from './make-attempt.js';
import { newRecord } from './new-record.js';
import { SagaCrew } from './saga-crew.js';
import { hasEnded } from './saga-record.js';
import type { SagaRunnerOptions } from './saga-runner-options.js';
import type { SagaResult, Sagas, StartSagaOptions, WaitForSagaOptions } from './sagas.js';
import { waiting } from './waiting.js';

/** Runs a service's sagas, journals what they do, and takes over what another instance left unfinished. */
export class SagaRunner implements Sagas, AsyncDisposable {
  readonly #options: SagaRunnerOptions;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #sagas = new Map<string, AnySaga>();
  readonly #crew: SagaCrew;
  #resuming: Promise<void> | undefined;
  #state: 'new' | 'open' | 'stopped' = 'new';

  constructor(options: SagaRunnerOptions) {
    const { db, instanceId, leaseMs = 10_000, publish = async () => {}, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#journal = new Journal(db, { instance: instanceId, token: randomUUID(), leaseMs }, publish, () => clock.now());
    this.#crew = new SagaCrew({ ...options, leaseMs, clock, journal: this.#journal, sagas: this.#sagas });
  }

  /**
   * Makes sagas known; before {@link SagaRunner.resume}.
   *
   * @throws {MscliError} `SAGA_DUPLICATE` when a saga of that name is registered already
   */
  register(...sagas: readonly AnySaga[]): void {
    for (const saga of sagas) {
      if (this.#sagas.has(saga.name)) {
        throw new MscliError(
          'SAGA_DUPLICATE',
          `The service ${this.#options.service} has two sagas named ${saga.name}.`,
        );
      }
      this.#sagas.set(saga.name, saga);
    }
  }

  /**
   * Makes the journal's tables, takes over unfinished sagas that nobody runs, and goes on looking for such until
   * {@link SagaRunner.stop}. Must have resolved before the first `start`. A saga that this deployment does not know, or
   * whose steps have changed, is marked `stuck` with the reason.
   */
  resume(): Promise<void> {
    this.#resuming ??= this.#begin();
    return this.#resuming;
  }

  /** See {@link Sagas.start}. */
  async start<Input>(
    saga: Saga<Input>,
    input: Input,
    { id = randomUUID(), tx }: StartSagaOptions = {},
  ): Promise<{ id: string }> {
    this.#refuseUnlessOpen(`start ${saga.name}`);
    if (this.#sagas.get(saga.name) !== saga) {
      throw new MscliError('SAGA_UNKNOWN', `The service ${this.#options.service} has no saga ${saga.name}.`, {
        hint: 'Add it to the sagas of defineService().',
      });
    }
    const record = await newRecord(saga, input, { id, at: this.#clock.now(), traceparent: childTraceparent() });
    const write = async (transaction: Transaction) => {
      if (!(await this.#journal.insert(transaction, record))) return;
      transaction.afterCommit(() => this.#crew.take(record));
    };
    await (tx === undefined ? this.#options.db.transaction(write) : write(tx));
    return { id };
  }

  /** See {@link Sagas.wait}. */
  async wait(id: string, { signal, timeoutMs }: WaitForSagaOptions = {}): Promise<SagaResult> {
    const timeout = new MscliError('SAGA_WAIT_TIMEOUT', `The saga ${id} has not ended within ${timeoutMs} ms.`);
    return waiting({ signal, timeoutMs, timeout, clock: this.#clock }, async (until) => {
      for (;;) {
        await this.#crew.whileHere(id, until);
        until.throwIfAborted();
        this.#refuseUnlessOpen(`wait for the saga ${id}`);
        const result = await this.#result(id);
        if (result !== undefined) return result;
        await this.#crew.elsewhere(until);
      }
    });
  }

  /**
   * Lets every saga pause at its next journal entry and gives up their leases, so that another instance goes on at once.
   * Steps under way see their signal abort; those that have not ended at the deadline are left, and are run again elsewhere.
   *
   * @param options.deadlineMs default 8000; if the database hangs as well, `stop` takes up to a second longer
   */
  async stop({ deadlineMs = 8000 }: { deadlineMs?: number } = {}): Promise<void> {
    this.#state = 'stopped';
    await this.#crew.end(deadlineMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #begin(): Promise<void> {
    await this.#journal.prepare();
    if (this.#state !== 'new') return;
    this.#state = 'open';
    await this.#crew.begin();
  }

  async #result(id: string): Promise<SagaResult | undefined> {
    const record = await this.#journal.load(id);
    if (record === undefined) throw new MscliError('SAGA_NOT_FOUND', `There is no saga ${id}.`);
    const { name, state, steps, error } = record;
    return hasEnded(state) ? { id, name, state, results: resultsOf(steps), ...(error && { error }) } : undefined;
  }

  #refuseUnlessOpen(what: string): void {
    if (this.#state === 'open') return;
    const when = this.#state === 'new' ? 'before resume() was called' : 'after it was stopped';
    throw new MscliError('SAGA_RUNNER_STOPPED', `The saga runner was asked to ${what} ${when}.`);
  }
}
