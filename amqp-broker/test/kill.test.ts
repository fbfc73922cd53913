import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleBin } from './support/bin.js';
import { expectNoLoss } from './support/expect-no-loss.js';
import { temporaryFolder } from './support/temporary-folder.js';

const ROUNDS = 10;

test('a broker killed under publishes, acknowledgements and topology changes keeps what it confirmed', {
  timeout: 120_000,
}, async () => {
  await using folder = await temporaryFolder();
  const bin = await bundleBin(folder.path);
  const lifetime = () => 150 + Math.random() * 250;
  const report = await expectNoLoss({ bin, dataDir: join(folder.path, 'data'), rounds: ROUNDS, lifetime });
  // The load was one: otherwise the test would show nothing.
  expect(report.confirmed.size).toBeGreaterThan(ROUNDS * 20);
  expect(report.settled.size).toBeGreaterThan(0);
  expect(report.topologyChanges).toBeGreaterThan(ROUNDS);
});
