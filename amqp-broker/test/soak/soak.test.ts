import { expect, test } from 'vitest';
import { startSoakedBroker } from './broker-process.js';
import { expectNothingLeft } from './nothing-left.js';
import { soak } from './soak.js';

test('after a mixed load and a drain nothing is left: memory, timers, sockets, files', {
  timeout: 300_000,
}, async () => {
  await using broker = await startSoakedBroker();
  const report = await soak(broker, { connections: 40, queues: 200, backlog: 5_000, seconds: 12 });
  expect(report.consumed).toBeGreaterThan(3 * 5_000);
  expectNothingLeft(report);
});
