import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { MscliError } from '../errors.js';
import type { Database } from './database.js';
import { databasePath } from './database-path.js';
import { SqliteDatabase } from './sqlite-database.js';
import { WorkerThread } from './worker-thread.js';

/** How to open a service's database. */
export interface DatabaseOptions {
  /** Where the environment's state is, such as `file:///home/ann/shop/.mscli`. */
  readonly stateUrl: string;
  /** The service that owns the file, such as `order-service`. */
  readonly service: string;
  /** The service's own tables, oldest first: append, never change one that has run. Default: none. */
  readonly migrations?: readonly string[];
  /** How long one `transaction(work)` may take, in ms. Default 5000. */
  readonly transactionLimitMs?: number;
  /** How long to wait for other processes that write to the file, in ms. Default 15 000. */
  readonly busyLimitMs?: number;
  /** Called once if the database's worker thread dies: every later call will fail. Default: nothing. */
  readonly onFailure?: (error: Error) => void;
}

/**
 * Opens a service's SQLite file, and makes it when it is not there. Several processes may have the same file open.
 *
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 * @throws {MscliError} `STATE_OPEN` when the file cannot be opened or is no database
 * @throws {MscliError} `STATE_MIGRATION_CHANGED`, `STATE_MIGRATION_FAILED` as {@link Database.migrate}
 */
export async function openDatabase({
  stateUrl,
  service,
  migrations = [],
  transactionLimitMs = 5000,
  busyLimitMs = 15_000,
  onFailure = () => {},
}: DatabaseOptions): Promise<Database> {
  const path = databasePath(stateUrl, service);
  const database = new SqliteDatabase(path, await start());
  try {
    await database.migrate(service, migrations);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;

  async function start(): Promise<WorkerThread> {
    try {
      // At once, so that the thread starts beside whatever is loaded next here.
      mkdirSync(dirname(path), { recursive: true });
      return await WorkerThread.start({ path, transactionLimitMs, busyLimitMs }, onFailure);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MscliError('STATE_OPEN', `The database ${path} cannot be opened: ${reason.replace(/\.$/, '')}.`, {
        hint: 'Look whether the folder is writable and the file is a SQLite database; move a damaged one aside.',
        cause,
      });
    }
  }
}
