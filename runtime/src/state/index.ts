/**
 * A service's own SQLite file, behind a worker thread: durable writes with group commit, transactions, migrations.
 *
 * @module
 */
export type { Database, Sql, SqlChanges, SqlParams, SqlValue, Transaction } from './database.js';
export { databaseFolder, databasePath } from './database-path.js';
export { type DatabaseOptions, openDatabase } from './open-database.js';
