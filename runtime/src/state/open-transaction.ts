import { MscliError } from '../errors.js';
import type { SqlChanges, SqlParams, Transaction } from './database.js';
import type { Method } from './protocol.js';
import { checkStatement } from './statement-check.js';
import type { WorkerThread } from './worker-thread.js';

/** One interactive transaction, from its begin to its COMMIT or its end by the worker's time limit. */
export class OpenTransaction implements Transaction {
  readonly #thread: WorkerThread;
  readonly #id: number;
  readonly #listeners: (() => void)[] = [];
  /** Why it takes no more statements. */
  #end: (() => MscliError) | undefined;

  constructor(thread: WorkerThread, id: number) {
    this.#thread = thread;
    this.#id = id;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  get<Row>(sql: string, params?: SqlParams): Promise<Row | undefined> {
    return this.#step('get', sql, params);
  }

  all<Row>(sql: string, params?: SqlParams): Promise<Row[]> {
    return this.#step('all', sql, params);
  }

  run(sql: string, params?: SqlParams): Promise<SqlChanges> {
    return this.#step('run', sql, params);
  }

  afterCommit(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Runs the work to its end, and commits or rolls back. */
  async complete<Result>(work: () => Promise<Result>): Promise<Result> {
    const expired = new Promise<never>((_, reject) => {
      this.#thread.begin(this.#id, (error) => {
        this.#end = () => error;
        reject(error);
      });
    });
    try {
      const result = await Promise.race([work(), expired]);
      await Promise.race([this.#finish(true), expired]);
      for (const listener of this.#listeners) call(listener);
      return result;
    } catch (error) {
      if (this.isOpen) await this.#finish(false).catch(() => {});
      throw error;
    } finally {
      this.#thread.ended(this.#id);
    }
  }

  #finish(commit: boolean): Promise<void> {
    this.#end = ended;
    return this.#thread.ask({ op: 'end', tx: this.#id, commit });
  }

  async #step<Value>(method: Method, sql: string, params: SqlParams = []): Promise<Value> {
    if (this.#end !== undefined) throw this.#end();
    checkStatement(sql, params);
    return this.#thread.ask({ op: 'step', tx: this.#id, method, sql, params });
  }
}

/** What a listener throws is as uncaught as what an event listener throws: the transaction has committed all the same. */
function call(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

function ended(): MscliError {
  return new MscliError('STATE_TRANSACTION_ENDED', 'A transaction was used after its work had ended.', {
    hint: 'Await every call on tx before the work returns.',
  });
}
