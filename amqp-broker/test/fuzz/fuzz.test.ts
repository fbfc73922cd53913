import { expect, test } from 'vitest';
import { fuzz } from './fuzz.js';

test('changed sessions and random octets neither crash nor hang the broker, nor show one connection to another', {
  timeout: 300_000,
}, async () => {
  const { heaps } = await fuzz({ inputs: 12_000, seed: 20_261_122, inputsPerBroker: 3_000 });
  const [, second = 0] = heaps;
  expect((heaps.at(-1) ?? 0) - second).toBeLessThan(16 * 1024 * 1024);
});
