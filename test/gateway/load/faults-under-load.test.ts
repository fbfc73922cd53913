import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleGateway, bundleProgram } from '../setup/gateway-process.js';
import { changeDiscovery, raceWithCloses } from './faults-under-load.js';

describe('under load', () => {
  it('kept-alive connections that are closed at the wrong moment fail no request that may be repeated', {
    timeout: 60_000,
  }, async () => {
    const { repeatable, single, seen, races } = await raceWithCloses(2_000);
    expect(races).toBeGreaterThan(50);
    for (const { served, failed } of repeatable) expect([served > 50, failed]).toEqual([true, []]);
    expect(single.served).toBeGreaterThan(50);
    expect(new Set(seen).size, 'of the others each is made once at most').toBe(seen.length);
    for (const failure of single.failed) expect(failure).toMatch(/^502 .*upstream-failed/);
  });

  it('a discovery file that changes without end fails no request', { timeout: 60_000 }, async () => {
    await using gateway = await bundleGateway();
    await using changer = await bundleProgram(join(import.meta.dirname, 'fixtures/change-discovery.ts'));
    const { asked, changes } = await changeDiscovery({ gateway, changer }, 2_000);
    expect(changes).toBeGreaterThan(20);
    for (const { served, failed } of asked) expect([served > 50, failed]).toEqual([true, []]);
  });
});
