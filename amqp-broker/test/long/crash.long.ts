import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleBin } from '../support/bin.js';
import { expectNoLoss } from '../support/expect-no-loss.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 200);

test(`${ROUNDS} kills under publishes, acknowledgements and topology changes`, {
  timeout: ROUNDS * 10_000,
}, async () => {
  await using folder = await temporaryFolder();
  const bin = await bundleBin(folder.path);
  const startedAt = performance.now();
  const lifetime = () => 50 + Math.random() * 550;
  const report = await expectNoLoss({ bin, dataDir: join(folder.path, 'data'), rounds: ROUNDS, lifetime });
  expect(report.confirmed.size).toBeGreaterThan(ROUNDS * 20);
  const figures = {
    rounds: ROUNDS,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    published: report.published,
    confirmed: report.confirmed.size,
    acknowledged: report.acknowledged.size,
    acknowledgedOnDisk: report.settled.size,
    topologyChanges: report.topologyChanges,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
});
