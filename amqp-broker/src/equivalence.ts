import { type Field, type FieldTable, integerOf } from './codec/field.js';
import { AmqpError } from './errors.js';

/** Refuses a redeclaration whose property differs from what is there. */
export function requireSame(name: string, resource: string, received: unknown, current: unknown): void {
  if (received === current) return;
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `inequivalent arg '${name}' for ${resource}: received '${received}' but current is '${current}'`,
  );
}

/** Refuses a redeclaration in which one of the named arguments differs; integers compare by value, not by width. */
export function requireSameArguments(
  names: readonly string[],
  resource: string,
  received: FieldTable,
  current: FieldTable,
): void {
  for (const name of names) {
    const wanted = received.get(name);
    const actual = current.get(name);
    if (same(wanted, actual)) continue;
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `inequivalent arg '${name}' for ${resource}: received ${show(wanted)} but current is ${show(actual)}`,
    );
  }
}

function same(a: Field | undefined, b: Field | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const integer = integerOf(a);
  if (integer !== undefined) return integer === integerOf(b);
  return a.type === b.type && a.value === b.value;
}

function show(field: Field | undefined): string {
  return field === undefined ? 'none' : `the value '${String(field.value)}' of type '${field.type}'`;
}
