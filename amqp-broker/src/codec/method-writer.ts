import type { ByteWriter } from './byte-writer.js';
import { type Kind, METHODS, type MethodFields, type MethodName } from './method-spec.js';

const WRITABLE: Readonly<Record<string, [string, Kind][]>> = Object.fromEntries(
  Object.entries(METHODS).map(([method, [, , fields]]) => [method, Object.entries(fields) as [string, Kind][]]),
);

/** Writes the payload of a method frame: class, method, fields. */
export function writeMethod<Name extends MethodName>(
  writer: ByteWriter,
  method: Name,
  fields: MethodFields<Name>,
): void {
  const [classId, methodId] = METHODS[method];
  writer.short(classId).short(methodId);
  const values = fields as Record<string, unknown>;
  let bits = 0;
  let bitCount = 0;
  for (const [name, kind] of WRITABLE[method] as [string, Kind][]) {
    if (kind === 'bit') {
      if (values[name] === true) bits |= 1 << bitCount;
      bitCount += 1;
      continue;
    }
    if (bitCount > 0) writer.octet(bits);
    bits = 0;
    bitCount = 0;
    writeField(writer, kind, values[name]);
  }
  if (bitCount > 0) writer.octet(bits);
}

function writeField(writer: ByteWriter, kind: Exclude<Kind, 'bit'>, value: unknown): void {
  if (kind === 'table') writer.table(value as Parameters<ByteWriter['table']>[0]);
  else if (kind === 'shortstr' || kind === 'longstr') writer[kind](value as string);
  else writer[kind](value as number);
}
