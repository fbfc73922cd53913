import { AsyncLocalStorage } from 'node:async_hooks';
import { MscliError } from '../errors.js';
import type { Database, SqlChanges, SqlParams, Transaction } from './database.js';
import { OpenTransaction } from './open-transaction.js';
import { checkStatement } from './statement-check.js';
import type { WorkerThread } from './worker-thread.js';

/** A SQLite file behind a worker thread. */
export class SqliteDatabase implements Database {
  readonly path: string;
  readonly #thread: WorkerThread;
  readonly #current = new AsyncLocalStorage<OpenTransaction>();
  readonly #open = new Set<Promise<unknown>>();
  #nextTx = 1;
  #closing: Promise<void> | undefined;

  constructor(path: string, thread: WorkerThread) {
    this.path = path;
    this.#thread = thread;
  }

  async get<Row>(sql: string, params: SqlParams = []): Promise<Row | undefined> {
    this.#check(sql, params);
    return this.#thread.ask({ op: 'read', method: 'get', sql, params });
  }

  async all<Row>(sql: string, params: SqlParams = []): Promise<Row[]> {
    this.#check(sql, params);
    return this.#thread.ask({ op: 'read', method: 'all', sql, params });
  }

  async run(sql: string, params: SqlParams = []): Promise<SqlChanges> {
    this.#check(sql, params);
    return this.#thread.ask({ op: 'write', method: 'run', sql, params });
  }

  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    this.#refuseWhenClosedOrNested();
    const tx = new OpenTransaction(this.#thread, this.#nextTx++);
    const done = tx.complete(() => this.#current.run(tx, () => work(tx)));
    this.#open.add(done);
    try {
      return await done;
    } finally {
      this.#open.delete(done);
    }
  }

  async migrate(scope: string, migrations: readonly string[]): Promise<void> {
    this.#refuseWhenClosedOrNested();
    return this.#thread.ask({ op: 'migrate', scope, migrations });
  }

  async close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#refuseWhenClosedOrNested();
      this.#closing = this.#finish();
    }
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#open);
    await this.#thread.close(this.#closed());
  }

  #check(sql: string, params: SqlParams): void {
    this.#refuseWhenClosedOrNested();
    checkStatement(sql, params);
  }

  #refuseWhenClosedOrNested(): void {
    if (this.#current.getStore()?.isOpen) {
      throw new MscliError('STATE_NESTED', `The database ${this.path} was used inside its own open transaction.`, {
        hint: 'Use the tx that transaction(work) hands to the work: the database itself would wait for the transaction to end.',
      });
    }
    if (this.#closing !== undefined) throw this.#closed();
  }

  #closed(): MscliError {
    return new MscliError('STATE_CLOSED', `The database ${this.path} is closed.`);
  }
}
