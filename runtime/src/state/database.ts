/** What one `?` or `:name` may be bound to. Booleans and dates have no SQLite type: bind 0 or 1, a number or an ISO string. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** An array for `?`, an object for `:name`. Default: none. */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** What a statement changed. */
export interface SqlChanges {
  /** Rows that the statement itself inserted, updated or deleted. */
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/**
 * Runs one SQL statement at a time; text after the first statement is ignored.
 *
 * Every method may throw {@link MscliError} `STATE_CONSTRAINT` (a UNIQUE, CHECK, NOT NULL or FOREIGN KEY constraint
 * refused it), `STATE_SQL` (anything else that SQLite refused), `STATE_BUSY` (another process held the file for too
 * long), `STATE_NESTED` (called on the database inside its own open transaction), `STATE_CLOSED` or `STATE_WORKER`.
 */
export interface Sql {
  /** The first row, or `undefined`. */
  get<Row>(sql: string, params?: SqlParams): Promise<Row | undefined>;
  /** All rows. */
  all<Row>(sql: string, params?: SqlParams): Promise<Row[]>;
  /** Runs a statement and says what it changed. */
  run(sql: string, params?: SqlParams): Promise<SqlChanges>;
}

/** One open transaction: reads see its own writes. Only usable until the work that got it ends. */
export interface Transaction extends Sql {
  /**
   * Calls `listener` once the transaction is durable on disk, before `transaction()` resolves; never when it is rolled
   * back. Use it to wake up whoever handles the rows just written. What it throws is an uncaught exception: the
   * transaction has committed.
   */
  afterCommit(listener: () => void): void;
}

/**
 * A service's own SQLite file.
 *
 * A write resolves only when it is durable on disk: it survives a `kill -9` and a power cut. Writes that arrive together
 * share one COMMIT (group commit), so many at once cost little more than one. Reads outside a transaction see what is
 * committed, and never wait for a writer: a read made after a write has resolved sees that write.
 */
export interface Database extends Sql, AsyncDisposable {
  /** The file's path. */
  readonly path: string;
  /**
   * Runs `work` in a transaction; commits when it resolves, rolls back when it rejects. Transactions of one process run
   * one after another, and hold the file's write lock for all processes: keep the work short and make no network call
   * in it.
   *
   * @throws {MscliError} `STATE_TRANSACTION_TIMEOUT` when the work takes longer than `transactionLimitMs`: it is rolled
   *   back, and whatever it does later on its `tx` fails
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * Runs the migrations of `scope` that this file has not seen yet, each once, in order, all in one transaction.
   * Several processes may call it at once. A file that has seen more migrations than given here is left as it is.
   *
   * @throws {MscliError} `STATE_MIGRATION_CHANGED` when one that has run before reads differently now
   * @throws {MscliError} `STATE_MIGRATION_FAILED` when SQLite refuses one; none of them is kept
   */
  migrate(scope: string, migrations: readonly string[]): Promise<void>;
  /** Finishes what is queued, then closes the file. Later calls throw `STATE_CLOSED`. */
  close(): Promise<void>;
}
