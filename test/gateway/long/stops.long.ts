import { expect, test } from 'vitest';
import { type Stopped, stopUnderLoad } from '../load/stop-under-load.js';
import { bundleGateway } from '../setup/gateway-process.js';

const STOPS = Number(process.env.STOPS ?? 20);

test.each([1, 2])(
  `${STOPS} stops of a gateway under load, %i workers`,
  { timeout: STOPS * 30_000 },
  async (workers) => {
    await using bundle = await bundleGateway();
    const stopped: Stopped[] = [];
    for (let n = 0; n < STOPS; n++) stopped.push(await stopUnderLoad(bundle, { connections: 64, workers }));
    const served = stopped.reduce((sum, one) => sum + one.served, 0);
    const otherEnds = stopped.flatMap((one) => one.otherEnds);
    process.stdout.write(`${JSON.stringify({ workers, stops: STOPS, connections: 64, served, otherEnds })}\n`);
    expect(otherEnds).toEqual([]);
    expect(stopped.map(({ exitCode }) => exitCode)).toEqual(stopped.map(() => 0));
  },
);
