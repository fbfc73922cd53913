import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { MscliError } from '../errors.js';
import { describe } from './describe-saga.js';
import { readJournals } from './journal-files.js';
import { type AttemptRow, readRows, type SagaRow, type StepRow, toRecord } from './journal-rows.js';
import type { SagaTrace } from './trace.js';

/** How many candidates an ambiguous beginning is told by. */
const CANDIDATES = 5;

/**
 * Reads all that the journals know of one saga. Nothing needs to be running.
 *
 * @param id the saga's id, or enough of its beginning to tell it from the others
 * @returns `undefined` when no journal knows it
 * @throws {MscliError} `SAGA_AMBIGUOUS` when several ids begin like this
 * @throws {MscliError} `STATE_UNREADABLE` when it was not found, but some database could not be read
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 */
export async function readSaga(stateUrl: string, id: string): Promise<SagaTrace | undefined> {
  const now = Date.now();
  const { readings, unreadable } = await readJournals(stateUrl, (db) => findTraces(db, id));
  const found = readings.flatMap(({ service, result }) => result.map((rows) => ({ service, ...rows })));
  const exact = found.find(({ saga }) => saga.id === id);
  if (exact === undefined && found.length > 1) {
    const ids = found.map(({ saga }) => saga.id);
    const some = ids.slice(0, CANDIDATES).join(', ') + (ids.length > CANDIDATES ? ', ...' : '');
    throw new MscliError('SAGA_AMBIGUOUS', `Several sagas begin with ${id}: ${some}.`, {
      hint: 'Give more of the id.',
    });
  }
  const match = exact ?? found[0];
  if (match === undefined) {
    if (unreadable[0] !== undefined) throw unreadable[0].error;
    return undefined;
  }
  const { service, saga, steps, attempts } = match;
  return describe(toRecord(saga, steps, attempts), service, saga, now);
}

/** In one read transaction, so that the rows are of one moment. */
function findTraces(db: DatabaseSyncInstance, id: string) {
  db.exec('BEGIN');
  const sagas = db
    .prepare('SELECT * FROM mscli_saga WHERE substr(id, 1, length(:id)) = :id LIMIT :limit')
    .all({ id, limit: CANDIDATES + 1 }) as SagaRow[];
  const exact = db.prepare(readRows.saga).get(id) as SagaRow | undefined;
  const [steps, attempts] = [db.prepare(readRows.steps), db.prepare(readRows.attempts)];
  return (exact ? [exact] : sagas).map((saga) => ({
    saga,
    steps: steps.all(saga.id) as StepRow[],
    attempts: attempts.all(saga.id) as AttemptRow[],
  }));
}
