import type { Field, FieldTable } from '../codec/field.js';
import { ApiError } from './answer.js';
import { bytes, text } from './text.js';

/** A field table as JSON. */
export function toJson(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries([...table].map(([name, field]) => [text(name), jsonOf(field)]));
}

/** Tables and lists within one another, at most. */
const DEEPEST = 32;

/** A JSON object as a field table: whole numbers become `long`, others `double`, texts `longstr`. */
export function fromJson(value: unknown, depth = 0): FieldTable {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(value);
  return new Map(Object.entries(value).map(([name, member]) => [bytes(name), fieldOf(member, depth + 1)]));
}

function jsonOf(field: Field): unknown {
  switch (field.type) {
    case 'table':
      return toJson(field.value);
    case 'array':
      return field.value.map(jsonOf);
    case 'longstr':
    case 'binary':
      return text(field.value);
    case 'long':
    case 'timestamp':
      return Number(field.value);
    case 'decimal':
      return field.value.digits / 10 ** field.value.scale;
    default:
      return field.value;
  }
}

function fieldOf(value: unknown, depth: number): Field {
  if (depth > DEEPEST) throw new ApiError(400, 'bad_request', `the arguments are more than ${DEEPEST} levels deep`);
  if (value === null) return { type: 'void', value };
  if (Array.isArray(value)) return { type: 'array', value: value.map((each) => fieldOf(each, depth + 1)) };
  switch (typeof value) {
    case 'boolean':
      return { type: 'bool', value };
    case 'string':
      return { type: 'longstr', value: bytes(value) };
    case 'number':
      return Number.isSafeInteger(value) ? { type: 'long', value: BigInt(value) } : { type: 'double', value };
    case 'object':
      return { type: 'table', value: fromJson(value, depth) };
    default:
      throw refused(value);
  }
}

function refused(value: unknown): ApiError {
  return new ApiError(400, 'bad_request', `${JSON.stringify(value)} is not a table of arguments`);
}
