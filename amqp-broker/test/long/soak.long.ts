import { expect, test } from 'vitest';
import { startSoakedBroker } from '../soak/broker-process.js';
import { expectNothingLeft } from '../soak/nothing-left.js';
import { soak } from '../soak/soak.js';

const SIZE = {
  connections: Number(process.env.SOAK_CONNECTIONS ?? 1_000),
  queues: Number(process.env.SOAK_QUEUES ?? 10_000),
  backlog: Number(process.env.SOAK_BACKLOG ?? 1_000_000),
  seconds: Number(process.env.SOAK_SECONDS ?? 600),
};

test(`soak: ${JSON.stringify(SIZE)}`, { timeout: 3_600_000 }, async () => {
  await using broker = await startSoakedBroker();
  const startedAt = performance.now();
  const report = await soak(broker, SIZE, 2);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ ...SIZE, seconds, ...report })}\n`);
  expect(report.consumed).toBeGreaterThan(SIZE.backlog);
  expectNothingLeft(report);
});
