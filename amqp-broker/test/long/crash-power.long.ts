import { expect, test } from 'vitest';
import { losePower } from '../support/power-loss.js';

const TRIALS = Number(process.env.POWER_TRIALS ?? 1_000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`${TRIALS} data folders that lose their power four times each, from seed ${SEED}`, {
  timeout: TRIALS * 1_000 + 60_000,
}, async () => {
  const startedAt = performance.now();
  const { faults, ...report } = await losePower(Array.from({ length: TRIALS }, (_, index) => SEED + index));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ ...report, seed: SEED, seconds })}\n`);
  expect(faults).toEqual([]);
});
