import type { SagaTrace } from './trace.js';

/**
 * Reads all that the journals know of one saga. Nothing needs to be running.
 *
 * @param id the saga's id, or enough of its beginning to tell it from the others
 * @returns `undefined` when no journal knows it
 * @throws {MscliError} `SAGA_AMBIGUOUS` when several ids begin like this
 * @throws {MscliError} `STATE_UNREADABLE` when it was not found, but some database could not be read
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 */
export declare function readSaga(stateUrl: string, id: string): Promise<SagaTrace | undefined>;
