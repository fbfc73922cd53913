import { DatabaseSync } from '@photostructure/sqlite';

/** @import { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite' */
/** @import { Statement } from '../protocol.js' */

const STATEMENTS_KEPT = 200;

/** One SQLite connection that keeps its prepared statements. */
export class Connection {
  /** @type {DatabaseSyncInstance} */
  #db;
  /** @type {Map<string, StatementSyncInstance>} */
  #statements = new Map();

  /**
   * @param {string} path
   * @param {{ readOnly: boolean, timeoutMs: number }} options
   */
  constructor(path, { readOnly, timeoutMs }) {
    this.#db = new DatabaseSync(path, { readOnly, timeout: timeoutMs });
  }

  get inTransaction() {
    return this.#db.isTransaction;
  }

  /** @param {string} sql */
  exec(sql) {
    this.#db.exec(sql);
  }

  /**
   * As exec(), for the few statements that come again and again.
   *
   * @param {string} sql
   */
  command(sql) {
    this.#prepared(sql).run();
  }

  /**
   * @param {Statement} statement
   * @returns {unknown}
   */
  execute({ method, sql, params }) {
    const statement = this.#prepared(sql);
    const values = Array.isArray(params) ? params : [params];
    try {
      return statement[method](...values);
    } catch (error) {
      // all() of this library raises errors without SQLite's code; a statement refused once is refused again by get().
      if (method === 'all' && !hasCode(error)) statement.get(...values);
      throw error;
    }
  }

  close() {
    this.#statements.clear();
    this.#db.close();
  }

  /** @param {string} sql */
  #prepared(sql) {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
      const [oldest] = this.#statements.keys();
      if (this.#statements.size > STATEMENTS_KEPT && oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }
}

/** @param {unknown} error */
function hasCode(error) {
  return error instanceof Error && 'errcode' in error;
}
