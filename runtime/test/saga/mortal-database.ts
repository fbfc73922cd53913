import type { Database, Transaction } from '../../src/state/index.js';
import type { Crash } from './model.js';

/** A database as a process sees it that dies at a given journal write: from then on nothing is written. */
export interface Mortal {
  readonly db: Database;
  /** Resolves when the process is dead. */
  readonly dead: Promise<void>;
}

/** Wraps a database; what it is used for stays in the real file. */
export function mortalDatabase(real: Database, crash: Crash): Mortal {
  let left = crash.writes;
  let die = () => {};
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  const db: Database = {
    path: real.path,
    get: (sql, params) => real.get(sql, params),
    all: (sql, params) => real.all(sql, params),
    run: (sql, params) => real.run(sql, params),
    migrate: (scope, migrations) => real.migrate(scope, migrations),
    transaction: async (work) => {
      if (left < 0) throw new Error('dead');
      if (left-- > 0) return real.transaction(work);
      if (crash.committed) await real.transaction((tx) => work(silent(tx)));
      die();
      throw new Error('dies');
    },
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return { db, dead };
}

/** Committed, but the process dies before it hears of it. */
function silent(tx: Transaction): Transaction {
  return {
    get: (sql, params) => tx.get(sql, params),
    all: (sql, params) => tx.all(sql, params),
    run: (sql, params) => tx.run(sql, params),
    afterCommit: () => {},
  };
}
