/**
 * One value of a field table with its wire type, so that a table which is read and written again keeps its bytes.
 * Strings are byte strings: one character for each octet (latin1), whatever encoding the peer uses.
 */
export type Field =
  | { readonly type: 'bool'; readonly value: boolean }
  | {
      readonly type: 'byte' | 'unsignedbyte' | 'short' | 'unsignedshort' | 'signedint' | 'unsignedint';
      readonly value: number;
    }
  | { readonly type: 'float' | 'double'; readonly value: number }
  | { readonly type: 'long' | 'timestamp'; readonly value: bigint }
  | { readonly type: 'decimal'; readonly value: { readonly scale: number; readonly digits: number } }
  | { readonly type: 'longstr' | 'binary'; readonly value: string }
  | { readonly type: 'array'; readonly value: readonly Field[] }
  | { readonly type: 'table'; readonly value: FieldTable }
  | { readonly type: 'void'; readonly value: null };

export type FieldTable = ReadonlyMap<string, Field>;

export type FieldType = Field['type'];

/** Type octets as RabbitMQ reads and writes them, which differ from the specification's grammar (RabbitMQ's errata, §3). */
export const FIELD_CODES: Readonly<Record<FieldType, number>> = {
  bool: code('t'),
  byte: code('b'),
  unsignedbyte: code('B'),
  short: code('s'),
  unsignedshort: code('u'),
  signedint: code('I'),
  unsignedint: code('i'),
  long: code('l'),
  float: code('f'),
  double: code('d'),
  decimal: code('D'),
  longstr: code('S'),
  binary: code('x'),
  timestamp: code('T'),
  array: code('A'),
  table: code('F'),
  void: code('V'),
};

export const FIELD_TYPES: ReadonlyMap<number, FieldType> = new Map(
  Object.entries(FIELD_CODES).map(([type, octet]) => [octet, type as FieldType]),
);

export const NO_FIELDS: FieldTable = new Map();

export const longstr = (value: string): Field => ({ type: 'longstr', value });

export const bool = (value: boolean): Field => ({ type: 'bool', value });

export const long = (value: number | bigint): Field => ({ type: 'long', value: BigInt(value) });

export const table = (entries: Record<string, Field>): FieldTable => new Map(Object.entries(entries));

/** The number in an integer field, whatever its width. */
export function integerOf(field: Field | undefined): number | undefined {
  if (field === undefined) return undefined;
  switch (field.type) {
    case 'byte':
    case 'unsignedbyte':
    case 'short':
    case 'unsignedshort':
    case 'signedint':
    case 'unsignedint':
      return field.value;
    case 'long':
      return Number(field.value);
    default:
      return undefined;
  }
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
