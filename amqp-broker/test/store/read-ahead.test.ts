import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ReadAhead } from '../../src/store/read-ahead.js';
import { Random } from '../fuzz/random.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SIZE = 2 * 2 ** 20;

async function withFile(work: (fd: number, bytes: Buffer) => void): Promise<void> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  const bytes = new Random(1).bytes(SIZE);
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  try {
    work(fd, bytes);
  } finally {
    closeSync(fd);
  }
}

test('many readers that go through the file in their order get what stands there', async () => {
  await withFile((fd, bytes) => {
    const random = new Random(2);
    const ahead = new ReadAhead(fd, 20);
    const readers = Array.from({ length: 30 }, () => random.below(SIZE));
    for (let count = 0; count < 20_000; count += 1) {
      const reader = random.below(readers.length);
      const from = readers[reader] as number;
      const length = Math.min(random.below(random.below(10) === 0 ? 100_000 : 3_000), SIZE - from);
      expect(ahead.read(from, length, SIZE).equals(bytes.subarray(from, from + length))).toBe(true);
      readers[reader] = from + length + random.below(500) < SIZE ? from + length : random.below(SIZE);
    }
  });
});

test('nothing behind the end is looked at', async () => {
  await withFile((fd, bytes) => {
    const ahead = new ReadAhead(fd, 4);
    expect(ahead.read(100, 50, 150).equals(bytes.subarray(100, 150))).toBe(true);
    expect(() => ahead.read(100, 51, 150)).toThrow('the file ends before byte 151');
    expect(() => ahead.read(SIZE - 1, 2, SIZE + 1)).toThrow('the file ends');
  });
});
