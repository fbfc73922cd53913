import { expect, test } from 'vitest';
import { losePower } from '../support/power-loss.js';

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

test('when the power fails nothing confirmed is lost, nothing comes that never was, and the broker starts', {
  timeout: 120_000,
}, async () => {
  const { faults, ...report } = await losePower(SEEDS);
  expect(faults).toEqual([]);
  // It was a test of everything: writes were torn, journals compacted.
  expect(report.losses).toBe(SEEDS.length * 4);
  expect(report.confirmed).toBeGreaterThan(report.losses);
  expect(report.compactions).toBeGreaterThan(20);
  expect(report.torn).toBeGreaterThan(10);
});
