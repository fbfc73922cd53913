import type { Database } from './database.js';

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
export declare function openDatabase(options: DatabaseOptions): Promise<Database>;
