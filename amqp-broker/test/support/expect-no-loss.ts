import { expect } from 'vitest';
import { startBin } from './bin.js';
import { type CrashOptions, type CrashReport, crashRounds, drainOrders } from './crash-rounds.js';

/** Runs the rounds, then looks at what is left: nothing confirmed is lost, nothing settled comes back, the order is kept. */
export async function expectNoLoss(options: CrashOptions): Promise<CrashReport> {
  const report = await crashRounds(options);
  const args = ['--data-dir', options.dataDir];
  await using broker = await startBin(options.bin, args);
  const kept = await drainOrders(broker.url);
  const found = new Set(kept);
  expect(report.faults).toEqual([]);
  expect(kept).toEqual([...kept].sort((a, b) => a - b));
  expect(found.size).toBe(kept.length);
  expect([...report.confirmed].filter((id) => !found.has(id) && !report.acknowledged.has(id))).toEqual([]);
  expect(kept.filter((id) => report.settled.has(id))).toEqual([]);
  expect(await broker.end('SIGTERM')).toBe(0);
  // What was acknowledged before a clean stop does not come back.
  await using again = await startBin(options.bin, args);
  expect(await drainOrders(again.url)).toEqual([]);
  return report;
}
