import { expect, test } from 'vitest';
import { moveLargeBodies } from '../load/large-bodies.js';
import { bundleGateway } from '../setup/gateway-process.js';

const MiB = 2 ** 20;
const BYTES = Number(process.env.BYTES ?? 5 * 1024 * MiB);

test(`${BYTES / MiB} MiB up and down, in flat memory`, { timeout: 3_600_000 }, async () => {
  await using bundle = await bundleGateway();
  const startedAt = performance.now();
  const { uploaded, downloaded, peaks } = await moveLargeBodies(bundle.file, BYTES);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const megabytes = peaks.map((bytes) => Math.round(bytes / MiB));
  process.stdout.write(`${JSON.stringify({ uploaded, downloaded, gatewayPeakMegabytes: megabytes, seconds })}\n`);
  expect([uploaded, downloaded]).toEqual([BYTES, BYTES]);
  expect(peaks[1] - peaks[0]).toBeLessThan(64 * MiB);
});
