export type { Database, Sql, SqlChanges, SqlParams, SqlValue, Transaction } from './database.js';
export { databaseFolder, databasePath } from './database-path.js';
export { type DatabaseOptions, openDatabase } from './open-database.js';
