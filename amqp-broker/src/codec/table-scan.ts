import { AmqpError } from '../errors.js';
import { FIELD_CODES } from './field.js';

/** As deep as they are read. */
const MAX_DEPTH = 64;
const TABLE = FIELD_CODES.table;
const ARRAY = FIELD_CODES.array;

/** Octets of a value by the octet of its type; undefined for types whose values say their length, and for those that there are none. */
const SIZES: readonly (number | undefined)[] = sizes({
  bool: 1,
  byte: 1,
  unsignedbyte: 1,
  short: 2,
  unsignedshort: 2,
  signedint: 4,
  unsignedint: 4,
  float: 4,
  decimal: 5,
  long: 8,
  timestamp: 8,
  double: 8,
  void: 0,
});

/** Refuses a field table that could not be read, without reading it: what comes in malformed must not turn up later. */
export function requireTable(bytes: Buffer, at: number, end: number): void {
  if (scanNested(bytes, at, end, 0, true) !== end) throw malformed('field table with a wrong length');
}

/** Answers where the table or array ends. */
function scanNested(bytes: Buffer, from: number, limit: number, depth: number, named: boolean): number {
  if (depth > MAX_DEPTH) throw malformed(`field table nested deeper than ${MAX_DEPTH}`);
  const end = afterLong(bytes, from, limit);
  let at = from + 4;
  while (at < end) {
    if (named) at += 1 + (bytes[at] as number);
    if (at >= end) throw malformed('field table with a wrong length');
    at = scanValue(bytes, at, end, depth);
  }
  if (at !== end) throw malformed('field table with a wrong length');
  return end;
}

function scanValue(bytes: Buffer, at: number, end: number, depth: number): number {
  const type = bytes[at] as number;
  const size = SIZES[type];
  if (size !== undefined) return at + 1 + size;
  if (type === TABLE || type === ARRAY) return scanNested(bytes, at + 1, end, depth + 1, type === TABLE);
  if (type === FIELD_CODES.longstr || type === FIELD_CODES.binary) return afterLong(bytes, at + 1, end);
  throw malformed(`unknown field type ${type}`);
}

/** Where what is as long as the four octets say ends. */
function afterLong(bytes: Buffer, at: number, limit: number): number {
  if (at + 4 > limit) throw malformed('frame ends before its last field');
  const end = at + 4 + bytes.readUInt32BE(at);
  if (end > limit) throw malformed('field table longer than its frame');
  return end;
}

function sizes(given: Partial<Record<keyof typeof FIELD_CODES, number>>): (number | undefined)[] {
  const table: (number | undefined)[] = new Array(256).fill(undefined);
  for (const [type, size] of Object.entries(given)) table[FIELD_CODES[type as keyof typeof FIELD_CODES]] = size;
  return table;
}

function malformed(text: string): AmqpError {
  return new AmqpError('SYNTAX_ERROR', text);
}
