import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/codec/byte-reader.js';
import { ByteWriter } from '../../src/codec/byte-writer.js';
import { readMethod } from '../../src/codec/method-reader.js';
import { METHODS, type MethodFields, type MethodName } from '../../src/codec/method-spec.js';
import { writeMethod } from '../../src/codec/method-writer.js';
import { type Properties, readProperties, writeProperties } from '../../src/codec/properties.js';
import { scanProperties } from '../../src/codec/property-scan.js';
import { AmqpError } from '../../src/errors.js';
import { fieldTables, kinds } from './arbitrary.js';

test('a field table is read as it was written, to the byte', () => {
  fc.assert(
    fc.property(fieldTables, (table) => {
      const bytes = Buffer.from(new ByteWriter().table(table).bytes());
      const reader = new ByteReader().reset(bytes);
      const read = reader.table();
      expect(read).toEqual(table);
      expect(reader.at).toBe(bytes.length);
      expect(Buffer.from(new ByteWriter().table(read).bytes())).toEqual(bytes);
    }),
  );
});

describe('every method is read as it was written', () => {
  test.each(Object.keys(METHODS) as MethodName[])('%s', (method) => {
    const shape = Object.entries(METHODS[method][2]).map(([name, kind]) => [name, kinds[kind]]);
    fc.assert(
      fc.property(fc.record(Object.fromEntries(shape)), (fields) => {
        const writer = new ByteWriter();
        writeMethod(writer, method, fields as MethodFields<typeof method>);
        const reader = new ByteReader().reset(Buffer.from(writer.bytes()));
        expect(readMethod(reader)).toEqual({ method, ...fields });
        expect(reader.at).toBe(reader.end);
      }),
      { numRuns: 30 },
    );
  });
});

const properties = fc.record(
  {
    contentType: kinds.shortstr,
    contentEncoding: kinds.shortstr,
    headers: fieldTables,
    deliveryMode: kinds.octet,
    priority: kinds.octet,
    correlationId: kinds.shortstr,
    replyTo: kinds.shortstr,
    expiration: kinds.shortstr,
    messageId: kinds.shortstr,
    timestamp: kinds.longlong,
    type: kinds.shortstr,
    userId: kinds.shortstr,
    appId: kinds.shortstr,
    clusterId: kinds.shortstr,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Properties>;

test('properties are read as they were written, and the scan sees the same', () => {
  fc.assert(
    fc.property(properties, (written) => {
      const list = writeProperties(written);
      expect(readProperties(list, 0, list.length)).toEqual(written);
      expect(scanProperties(list, list.length)).toMatchObject({
        deliveryMode: written.deliveryMode ?? 1,
        priority: written.priority ?? 0,
        expiration: written.expiration,
        userId: written.userId,
      });
    }),
  );
});

test('truncated and changed input is an AMQP error or another value, never anything else', () => {
  const attempt = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(AmqpError);
    }
  };
  fc.assert(
    fc.property(properties, fc.nat(), fc.nat(), fc.nat({ max: 255 }), (written, cut, at, octet) => {
      const list = writeProperties(written);
      const short = list.subarray(0, cut % list.length);
      attempt(() => readProperties(short, 0, short.length));
      attempt(() => scanProperties(short, short.length));
      const changed = Buffer.from(list);
      changed[at % list.length] = octet;
      attempt(() => readProperties(changed, 0, changed.length));
      attempt(() => scanProperties(changed, changed.length));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => attempt(() => readMethod(new ByteReader().reset(Buffer.from(bytes))))),
  );
});

test('tables nested without end are refused', () => {
  const depth = 10_000;
  const bytes = Buffer.alloc(4 + depth * 6);
  for (let level = 0; level <= depth; level += 1) {
    bytes.writeUInt32BE((depth - level) * 6, level * 6);
    if (level < depth) bytes.write('\0F', level * 6 + 4, 'latin1');
  }
  expect(() => new ByteReader().reset(bytes).table()).toThrow(AmqpError);
});
