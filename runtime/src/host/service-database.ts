import { eventTables, eventTablesScope } from '../events/tables.js';
import { type Database, databasePath, openDatabase } from '../state/index.js';

/** Options of {@link serviceDatabase}. */
export interface ServiceDatabaseOptions {
  readonly stateUrl: string;
  readonly service: string;
  readonly migrations: readonly string[];
  /** Called after it has been opened: there may be events in the outbox. */
  readonly onOpened: () => void;
  /** Called when it breaks for good. */
  readonly onFailure: (error: Error) => void;
}

/** A service's database that is opened at the first use, with the runtime's own tables. */
export interface ServiceDatabase extends Database {
  /** Opens it now, where that has not happened yet. */
  open(): Promise<void>;
}

/** Makes a {@link ServiceDatabase}; nothing is opened yet. */
export function serviceDatabase(options: ServiceDatabaseOptions): ServiceDatabase {
  let opening: Promise<Database> | undefined;
  const opened = () => {
    opening ??= openWithTables(options);
    return opening;
  };
  const close = async () => {
    // A database that failed to open has nothing to close, and its failure has been told.
    await (await opening?.catch(() => undefined))?.close();
  };
  return {
    path: databasePath(options.stateUrl, options.service),
    open: async () => void (await opened()),
    get: async (sql, params) => (await opened()).get(sql, params),
    all: async (sql, params) => (await opened()).all(sql, params),
    run: async (sql, params) => (await opened()).run(sql, params),
    transaction: async (work) => (await opened()).transaction(work),
    migrate: async (scope, migrations) => (await opened()).migrate(scope, migrations),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openWithTables(options: ServiceDatabaseOptions): Promise<Database> {
  const { stateUrl, service, migrations, onFailure } = options;
  const db = await openDatabase({ stateUrl, service, migrations, onFailure });
  try {
    await db.migrate(eventTablesScope, eventTables);
  } catch (error) {
    await db.close();
    throw error;
  }
  options.onOpened();
  return db;
}
