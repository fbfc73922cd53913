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
      `inequivalent arg '${name}' for ${resource}: ${difference(wanted, actual)}`,
    );
  }
}

function same(a: Field | undefined, b: Field | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const integer = integerOf(a);
  if (integer !== undefined) return integer === integerOf(b);
  return a.type === b.type && a.value === b.value;
}

/** RabbitMQ names the types only where one side has no value at all. */
function difference(received: Field | undefined, current: Field | undefined): string {
  if (received !== undefined && current !== undefined) {
    return `received '${String(received.value)}' but current is '${String(current.value)}'`;
  }
  return `received ${show(received)} but current is ${show(current)}`;
}

function show(field: Field | undefined): string {
  return field === undefined ? 'none' : `the value '${String(field.value)}' of type '${field.type}'`;
}
