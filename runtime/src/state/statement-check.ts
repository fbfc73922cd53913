import { MscliError } from '../errors.js';
import type { SqlParams } from './database.js';

const CONTROL = /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*(begin|commit|end|rollback|savepoint|release)\b/i;

/**
 * Refuses what would break the worker's own transactions, or could not cross to it.
 *
 * @throws {MscliError} `STATE_SQL`
 */
export function checkStatement(sql: string, params: SqlParams): void {
  if (CONTROL.test(sql)) {
    throw new MscliError('STATE_SQL', `${JSON.stringify(sql.trim())} is not for a statement to say.`, {
      hint: 'Use transaction(work): it commits when the work resolves and rolls back when it rejects.',
    });
  }
  for (const [name, value] of Object.entries(params)) {
    if (isSqlValue(value)) continue;
    const position = Array.isArray(params) ? Number(name) + 1 : JSON.stringify(name);
    throw new MscliError('STATE_SQL', `Parameter ${position} of ${JSON.stringify(sql.trim())} is ${kindOf(value)}.`, {
      hint: 'SQLite takes strings, numbers, bigints, null and Uint8Array: bind 0 or 1 for a boolean, an ISO string for a date.',
    });
  }
}

function isSqlValue(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return true;
    default:
      return value === null || value instanceof Uint8Array;
  }
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object') return `${typeof value === 'undefined' ? '' : 'a '}${typeof value}`;
  return `an object (${value?.constructor?.name ?? 'without a prototype'})`;
}
