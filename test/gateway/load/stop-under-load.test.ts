import { expect, it } from 'vitest';
import { bundleGateway } from '../setup/gateway-process.js';
import { stopUnderLoad } from './stop-under-load.js';

it.each([1, 2])(
  'is told to stop under load, with %i workers, and no request fails',
  { timeout: 60_000 },
  async (workers) => {
    await using bundle = await bundleGateway();
    const { otherEnds, exitCode } = await stopUnderLoad(bundle, { connections: 24, workers });
    expect([otherEnds, exitCode]).toEqual([[], 0]);
  },
);
