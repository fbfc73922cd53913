import { expect, test } from 'vitest';
import { ByteReader } from '../../src/codec/byte-reader.js';
import { requireTable } from '../../src/codec/table-scan.js';
import { fieldTable } from '../fuzz/field-tables.js';
import { Random } from '../fuzz/random.js';

function readable(bytes: Buffer): boolean {
  try {
    const reader = new ByteReader().reset(bytes, 0, bytes.length);
    reader.table();
    return reader.at === reader.end;
  } catch {
    return false;
  }
}

function accepted(bytes: Buffer): boolean {
  try {
    requireTable(bytes, 0, bytes.length);
    return true;
  } catch {
    return false;
  }
}

test('a table passes exactly when it can be read, whole or changed', () => {
  const random = new Random(20_261_122);
  let refused = 0;
  for (let count = 0; count < 30_000; count += 1) {
    const bytes = fieldTable(random);
    for (let changes = random.below(3); changes > 0; changes -= 1)
      bytes[random.below(bytes.length)] = random.below(256);
    const cut = random.below(10) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
    const expected = readable(cut);
    if (!expected) refused += 1;
    if (accepted(cut) !== expected) throw new Error(`${cut.toString('hex')}: ${expected ? 'refused' : 'accepted'}`);
  }
  expect(refused).toBeGreaterThan(1_000);
  expect(refused).toBeLessThan(25_000);
});

test('tables within tables are refused as deep as the reader refuses them', () => {
  for (const depth of [63, 64, 65]) {
    let bytes = Buffer.alloc(4);
    for (let level = 0; level < depth; level += 1) {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(bytes.length + 3);
      bytes = Buffer.concat([head, Buffer.from([1, 0x61, 0x46]), bytes]);
    }
    expect(accepted(bytes)).toBe(readable(bytes));
  }
});
