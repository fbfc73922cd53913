import type { Transaction } from '../state/database.js';
import type { Saga } from './definition.js';
import type { SagaError, SagaState } from './trace.js';

/** The sagas of a service, as its routes, handlers and steps see them. */
export interface Sagas {
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
   * @throws {MscliError} `SAGA_RUNNER_STOPPED` before `resume` and after `stop`
   * @throws the signal's reason when that aborts
   */
  wait(id: string, options?: WaitForSagaOptions): Promise<SagaResult>;
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

/** Options of {@link Sagas.start}. */
export interface StartSagaOptions {
  /** The saga's id: starting the same id again starts nothing and answers the same. Default: a random UUID. */
  readonly id?: string;
  /** Starts the saga if and only if this transaction commits. */
  readonly tx?: Transaction;
}

/** Options of {@link Sagas.wait}. */
export interface WaitForSagaOptions {
  readonly signal?: AbortSignal;
  /** Default: no limit. */
  readonly timeoutMs?: number;
}
