import { expect, it } from 'vitest';
import { WriteBuffers } from '../../../src/gateway/http1/write-buffers.js';

it('gives parts places that are used again, and bytes of their own when there are no more', () => {
  const buffers = new WriteBuffers();
  const part = Buffer.alloc(20_000, 'a');
  const copies = Array.from({ length: 17 }, () => buffers.copy(part));
  expect(copies.every(({ bytes }) => bytes.equals(part))).toBe(true);
  expect(new Set(copies.map(({ bytes }) => bytes.buffer)).size).toBe(17);
  expect(copies.filter(({ buffer }) => buffer === undefined)).toHaveLength(1);
  for (const copy of copies) buffers.giveBack(copy);
  expect(buffers.copy(part).buffer).toBe(copies[15]?.buffer);
});

it('does not use again what a closed socket may still read, and makes up for it', () => {
  const buffers = new WriteBuffers();
  const part = Buffer.alloc(20_000);
  const taken = new Set<Buffer | undefined>();
  for (let i = 0; i < 100; i++) {
    const copy = buffers.copy(part);
    taken.add(copy.buffer);
    buffers.abandon(copy);
  }
  expect(taken.size).toBe(100);
  expect(taken.has(undefined)).toBe(false);
});

it('copies what is larger than a place as it is', () => {
  const part = Buffer.alloc(100_000, 'b');
  expect(new WriteBuffers().copy(part)).toEqual({ bytes: part, buffer: undefined });
});
