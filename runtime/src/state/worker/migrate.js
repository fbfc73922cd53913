import { createHash } from 'node:crypto';
import { text } from './fault.js';

/** @import { Connection } from './connection.js' */
/** @import { Fault } from '../protocol.js' */

/**
 * Runs the migrations of a scope that are not recorded yet. The caller holds the write lock and rolls back on a fault.
 *
 * @param {Connection} connection
 * @param {string} scope
 * @param {readonly string[]} migrations
 * @returns {Fault | undefined}
 */
export function migrate(connection, scope, migrations) {
  connection.exec(`CREATE TABLE IF NOT EXISTS mscli_migration (
    scope TEXT NOT NULL, position INTEGER NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL,
    PRIMARY KEY (scope, position)
  ) WITHOUT ROWID`);
  const applied = recorded(connection, scope);
  for (const [index, sql] of migrations.entries()) {
    const position = index + 1;
    const checksum = checksumOf(sql);
    const known = applied.get(position);
    if (known === checksum) continue;
    if (known !== undefined) return changed(scope, position, sql);
    try {
      connection.exec(sql);
    } catch (error) {
      return failed(scope, position, text(error));
    }
    if (!connection.inTransaction) return failed(scope, position, 'it must not begin or end a transaction');
    connection.execute({
      method: 'run',
      sql: 'INSERT INTO mscli_migration (scope, position, checksum, applied_at) VALUES (?, ?, ?, ?)',
      params: [scope, position, checksum, new Date().toISOString()],
    });
  }
  return undefined;
}

/**
 * @param {Connection} connection
 * @param {string} scope
 * @returns {Map<number, string>}
 */
function recorded(connection, scope) {
  const rows = /** @type {{ position: number, checksum: string }[]} */ (
    connection.execute({
      method: 'all',
      sql: 'SELECT position, checksum FROM mscli_migration WHERE scope = ?',
      params: [scope],
    })
  );
  return new Map(rows.map((row) => [row.position, row.checksum]));
}

/**
 * Indentation and line breaks don't count: a formatter may change them.
 *
 * @param {string} sql
 */
function checksumOf(sql) {
  return createHash('sha256').update(sql.replace(/\s+/g, ' ').trim()).digest('hex');
}

/**
 * @param {string} scope
 * @param {number} position
 * @param {string} sql
 * @returns {Fault}
 */
function changed(scope, position, sql) {
  const line = sql.replace(/\s+/g, ' ').trim().slice(0, 80);
  return {
    code: 'STATE_MIGRATION_CHANGED',
    message: `Migration ${position} of ${scope} has run before and reads differently now: ${JSON.stringify(line)}.`,
    hint: 'Put it back as it was, and append a new migration that makes the change.',
  };
}

/**
 * @param {string} scope
 * @param {number} position
 * @param {string} reason
 * @returns {Fault}
 */
function failed(scope, position, reason) {
  return {
    code: 'STATE_MIGRATION_FAILED',
    message: `Migration ${position} of ${scope} failed: ${reason}.`,
    hint: 'Nothing of this run was kept; correct it and start again.',
  };
}
