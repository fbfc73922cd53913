import { expect, it } from 'vitest';
import { batchedRandomIds } from '../../src/gateway/random-ids.js';

it('gives as many digits as asked for, never the same twice, over several batches', () => {
  const { hex } = batchedRandomIds(3);
  const ids = Array.from({ length: 200 }, (_, index) => hex(index % 2 === 0 ? 16 : 8));
  expect(ids.every((id, index) => /^[0-9a-f]+$/.test(id) && id.length === (index % 2 === 0 ? 32 : 16))).toBe(true);
  expect(new Set(ids).size).toBe(200);
});

it('makes UUIDs of version 4, of every variant digit that there is, never the same twice', () => {
  const { uuid } = batchedRandomIds();
  const ids = Array.from({ length: 1_000 }, () => uuid());
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(1_000);
  expect(new Set(ids.map((id) => id[19]))).toEqual(new Set(['8', '9', 'a', 'b']));
});
