import { expect, it } from 'vitest';
import { batchedRandomHex } from '../../src/gateway/random-hex.js';

it('gives as many digits as asked for, never the same twice, over several batches', () => {
  const random = batchedRandomHex(40);
  const ids = Array.from({ length: 200 }, (_, index) => random(index % 2 === 0 ? 16 : 8));
  expect(ids.every((id, index) => /^[0-9a-f]+$/.test(id) && id.length === (index % 2 === 0 ? 32 : 16))).toBe(true);
  expect(new Set(ids).size).toBe(200);
});
