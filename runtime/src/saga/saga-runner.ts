import type { Service } from '../host/service.js';
import type { Database, Transaction } from '../state/database.js';
import type { Clock } from './clock.js';
import type { AnySaga, Saga } from './definition.js';
import type { PublishSagaEvent } from './saga-events.js';
import type { SagaError, SagaState } from './trace.js';

/** Where a runner writes what a person should know; pino's loggers are such. */
export interface SagaLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a runner needs, and how it behaves. */
export interface SagaRunnerOptions {
  /** The service that owns the sagas, such as `order-service`. */
  readonly service: string;
  /** This process, such as `order-service-1`. A runner that starts takes over at once what an earlier one of this name left. */
  readonly instanceId: string;
  /** Where the journal is: the service's own database. */
  readonly db: Database;
  /** What steps find as `ctx.service`. */
  readonly context: Service;
  readonly log: SagaLog;
  /** Writes an event about a saga into the outbox, in the journal's transaction. Default: nothing is published. */
  readonly publish?: PublishSagaEvent;
  /** How long a saga stays with a runner that gives no sign of life, in ms; renewed three times in that span. Default 10 000. */
  readonly leaseMs?: number;
  /** How often to look for sagas that nobody runs, in ms. Default 1000. */
  readonly lookEveryMs?: number;
  /** How many sagas to run at once when taking over; those started here are not limited. Default 500. */
  readonly takeOverLimit?: number;
  readonly clock?: Clock;
  /** Between 0 and 1, for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** How a saga ended. */
export interface SagaResult {
  readonly id: string;
  readonly name: string;
  readonly state: Extract<SagaState, 'completed' | 'compensated' | 'stuck'>;
  /** What the steps returned, by name. */
  readonly results: Readonly<Record<string, unknown>>;
  /** Why it was compensated or is stuck. */
  readonly error?: SagaError;
}

/** Options of {@link SagaRunner.start}. */
export interface StartSagaOptions {
  /** The saga's id: starting the same id again starts nothing and answers the same. Default: a random UUID. */
  readonly id?: string;
  /** Starts the saga if and only if this transaction commits. */
  readonly tx?: Transaction;
}

/** Options of {@link SagaRunner.wait}. */
export interface WaitForSagaOptions {
  readonly signal?: AbortSignal;
  /** Default: no limit. */
  readonly timeoutMs?: number;
}

/** Runs a service's sagas, journals what they do, and takes over what another instance left unfinished. */
export declare class SagaRunner implements AsyncDisposable {
  constructor(options: SagaRunnerOptions);

  /**
   * Makes sagas known; before {@link SagaRunner.resume}.
   *
   * @throws {MscliError} `SAGA_DUPLICATE` when a saga of that name is registered already
   */
  register(...sagas: readonly AnySaga[]): void;

  /**
   * Makes the journal's tables, takes over unfinished sagas that nobody runs, and goes on looking for such until
   * {@link SagaRunner.stop}. Must have resolved before the first `start`.
   */
  resume(): Promise<void>;

  /**
   * Starts a saga: resolves when its start is journaled (with `tx`: written into the transaction), long before it ends.
   *
   * @throws {MscliError} `SAGA_INPUT_INVALID` when the input breaks the saga's schema; its cause is the ZodError
   * @throws {MscliError} `SAGA_UNKNOWN` when the saga is not registered
   * @throws {MscliError} `SAGA_ID_TAKEN` when the id belongs to another saga
   * @throws {MscliError} `SAGA_RUNNER_STOPPED` before `resume` and after `stop`
   */
  start<Input>(saga: Saga<Input>, input: Input, options?: StartSagaOptions): Promise<{ id: string }>;

  /**
   * Resolves when the saga has ended, completed or not, wherever it runs.
   *
   * @throws {MscliError} `SAGA_NOT_FOUND` when there is no saga of that id
   * @throws {MscliError} `SAGA_WAIT_TIMEOUT` when it has not ended within `timeoutMs`; it goes on
   * @throws the signal's reason when that aborts
   */
  wait(id: string, options?: WaitForSagaOptions): Promise<SagaResult>;

  /**
   * Lets every saga pause at its next journal entry and gives up their leases, so that another instance goes on at once.
   * Steps under way see their signal abort; those that have not ended at the deadline are left, and are run again elsewhere.
   *
   * @param options.deadlineMs default 8000
   */
  stop(options?: { deadlineMs?: number }): Promise<void>;

  [Symbol.asyncDispose](): Promise<void>;
}
