/** @import { Fault } from '../protocol.js' */

const BUSY = 5;
const LOCKED = 6;
const CONSTRAINT = 19;
const READONLY = 8;

/**
 * What to say of an error that SQLite raised for one statement.
 *
 * @param {unknown} error
 * @param {string} sql
 * @returns {Fault}
 */
export function statementFault(error, sql) {
  const message = `SQLite refused ${JSON.stringify(shortened(sql))}: ${text(error)}.`;
  switch (primaryCode(error)) {
    case CONSTRAINT:
      return { code: 'STATE_CONSTRAINT', message };
    case BUSY:
    case LOCKED:
      return { code: 'STATE_BUSY', message };
    default:
      return { code: 'STATE_SQL', message };
  }
}

/**
 * @param {string} path
 * @param {number} limitMs
 * @returns {Fault}
 */
export function busyFault(path, limitMs) {
  return {
    code: 'STATE_BUSY',
    message: `Another process has held the write lock of ${path} for more than ${limitMs} ms.`,
    hint: 'Find the process that has the file open, and keep its transactions short.',
  };
}

/**
 * @param {number} limitMs
 * @returns {Fault}
 */
export function expiredFault(limitMs) {
  return {
    code: 'STATE_TRANSACTION_TIMEOUT',
    message: `A transaction took longer than ${limitMs} ms and was rolled back.`,
    hint: 'Do slow work, such as calls to other services, before or after the transaction.',
  };
}

/**
 * The whole batch is gone: SQLite rolled it back by itself (disk full, I/O error), or the COMMIT failed.
 *
 * @param {unknown} error
 * @returns {Fault}
 */
export function lostFault(error) {
  return { code: 'STATE_SQL', message: `SQLite rolled the transaction back: ${text(error)}.` };
}

/** @param {unknown} error */
export function isBusy(error) {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

/** @param {unknown} error */
export function isReadOnly(error) {
  return primaryCode(error) === READONLY;
}

/** @param {unknown} error */
export function text(error) {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

/** @param {unknown} error */
function primaryCode(error) {
  const code = /** @type {{ errcode?: number } | undefined} */ (error)?.errcode ?? 0;
  return code & 0xff;
}

/** @param {string} sql */
function shortened(sql) {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
