import fc from 'fast-check';
import type { Field, FieldTable } from '../../src/codec/field.js';
import type { Kind } from '../../src/codec/method-spec.js';

const byteString = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any field table, nested and with every type. */
export const fieldTables: fc.Arbitrary<FieldTable> = fc.letrec<{ field: Field; table: FieldTable }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.boolean().map((value): Field => ({ type: 'bool', value })),
    fc.integer({ min: -128, max: 127 }).map((value): Field => ({ type: 'byte', value })),
    fc.integer({ min: 0, max: 255 }).map((value): Field => ({ type: 'unsignedbyte', value })),
    fc.integer({ min: -32768, max: 32767 }).map((value): Field => ({ type: 'short', value })),
    fc.integer({ min: 0, max: 65535 }).map((value): Field => ({ type: 'unsignedshort', value })),
    fc.integer().map((value): Field => ({ type: 'signedint', value })),
    fc.integer({ min: 0, max: 0xffffffff }).map((value): Field => ({ type: 'unsignedint', value })),
    int64.map((value): Field => ({ type: 'long', value })),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): Field => ({ type: 'timestamp', value })),
    fc.float({ noNaN: true }).map((value): Field => ({ type: 'float', value })),
    fc.double({ noNaN: true }).map((value): Field => ({ type: 'double', value })),
    fc
      .record({ scale: fc.integer({ min: 0, max: 255 }), digits: fc.integer({ min: 0, max: 0xffffffff }) })
      .map((value): Field => ({ type: 'decimal', value })),
    byteString(300).map((value): Field => ({ type: 'longstr', value })),
    byteString(20).map((value): Field => ({ type: 'binary', value })),
    fc.constant<Field>({ type: 'void', value: null }),
    fc.array(tie('field'), { maxLength: 4 }).map((value): Field => ({ type: 'array', value })),
    tie('table').map((value): Field => ({ type: 'table', value })),
  ),
  table: fc
    .array(fc.tuple(byteString(20), tie('field')), { maxLength: 5 })
    .map((entries): FieldTable => new Map(entries)),
})).table;

/** Any value of each kind of method field. */
export const kinds: Record<Kind, fc.Arbitrary<unknown>> = {
  octet: fc.integer({ min: 0, max: 255 }),
  short: fc.integer({ min: 0, max: 65535 }),
  long: fc.integer({ min: 0, max: 0xffffffff }),
  longlong: fc.maxSafeNat(),
  bit: fc.boolean(),
  shortstr: byteString(255),
  longstr: byteString(600),
  table: fieldTables,
};
