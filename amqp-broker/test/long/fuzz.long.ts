import { expect, test } from 'vitest';
import { fuzz } from '../fuzz/fuzz.js';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 1_000_000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const INPUTS_PER_BROKER = 20_000;

test(`${INPUTS} hostile inputs, seed ${SEED}`, { timeout: INPUTS * 20 + 120_000 }, async () => {
  const startedAt = performance.now();
  const { heaps } = await fuzz({ inputs: INPUTS, seed: SEED, inputsPerBroker: INPUTS_PER_BROKER });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const megabytes = heaps.map((bytes) => Math.round(bytes / 2 ** 20));
  process.stdout.write(`${JSON.stringify({ inputs: INPUTS, seed: SEED, seconds, heapAfterEachBroker: megabytes })}\n`);
  const settled = heaps[Math.min(2, heaps.length - 1)] ?? 0;
  expect((heaps.at(-1) ?? 0) - settled).toBeLessThan(16 * 2 ** 20);
});
