import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleGateway, bundleProgram } from '../setup/gateway-process.js';
import { besideSlowClients } from './slow-clients.js';

it('serves fast clients beside many slow ones', { timeout: 60_000 }, async () => {
  await using gateway = await bundleGateway();
  await using drip = await bundleProgram(join(import.meta.dirname, 'fixtures/drip.ts'));
  const options = { slow: 60, fast: 16, rounds: 1, ms: 1_000 };
  const [round] = await besideSlowClients({ gateway, drip }, options);
  expect([round?.alone.failed, round?.beside.failed]).toEqual([[], []]);
  expect(round?.beside.served).toBeGreaterThan(16);
});
