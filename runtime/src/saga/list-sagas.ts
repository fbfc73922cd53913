import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { summarize } from './describe-saga.js';
import { readJournals, type UnreadableFile } from './journal-files.js';
import { type AttemptRow, readRows, type SagaRow, type StepRow, toRecord } from './journal-rows.js';
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
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Reads the journals of all services from their database files. Nothing needs to be running.
 *
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 */
export async function listSagas(stateUrl: string, filter: SagaFilter = {}): Promise<SagaList> {
  const now = Date.now();
  const { readings, unreadable } = await readJournals(stateUrl, (db) => readRecords(db, filter));
  const sagas = readings
    .filter(({ service }) => filter.service === undefined || filter.service === service)
    .flatMap(({ service, result }) => result.map((record) => summarize(record, service, now)))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, filter.limit ?? 100);
  return { sagas, unreadable };
}

function readRecords(db: DatabaseSyncInstance, { state = null, name = null, limit }: Nullable<SagaFilter>) {
  const rows = db
    .prepare(
      `SELECT * FROM mscli_saga WHERE (:state IS NULL OR state = :state) AND (:name IS NULL OR name = :name)
       ORDER BY started_at DESC, rowid DESC LIMIT :limit`,
    )
    .all({ state, name, limit: limit ?? 100 }) as SagaRow[];
  const [steps, attempts] = [db.prepare(readRows.steps), db.prepare(readRows.attempts)];
  return rows.map((row) => toRecord(row, steps.all(row.id) as StepRow[], attempts.all(row.id) as AttemptRow[]));
}

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null };
