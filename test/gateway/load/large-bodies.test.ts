import { expect, it } from 'vitest';
import { bundleGateway } from '../setup/gateway-process.js';
import { moveLargeBodies } from './large-bodies.js';

it.skipIf(process.platform !== 'linux')(
  'moves large bodies both ways, every byte in its place, in memory that does not grow with them',
  { timeout: 120_000 },
  async () => {
    await using bundle = await bundleGateway();
    const size = 200 * 2 ** 20;
    const { uploaded, downloaded, peaks } = await moveLargeBodies(bundle.file, size);
    expect([uploaded, downloaded]).toEqual([size, size]);
    expect(peaks[1] - peaks[0]).toBeLessThan(64 * 2 ** 20);
  },
);
