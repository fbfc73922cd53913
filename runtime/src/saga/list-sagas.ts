import type { MscliError } from '../errors.js';
import type { SagaState, SagaSummary } from './trace.js';

/** Which sagas to list. Default: all. */
export interface SagaFilter {
  readonly state?: SagaState;
  readonly service?: string;
  /** The saga's name, such as `place-order`. */
  readonly name?: string;
  /** At most so many, the latest. Default 100. */
  readonly limit?: number;
}

/** What the journals hold. */
export interface SagaList {
  /** Latest first. */
  readonly sagas: readonly SagaSummary[];
  /** Files that could not be read; the others were. */
  readonly unreadable: readonly { readonly path: string; readonly error: MscliError }[];
}

/**
 * Reads the journals of all services from their database files. Nothing needs to be running.
 *
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 */
export declare function listSagas(stateUrl: string, filter?: SagaFilter): Promise<SagaList>;
