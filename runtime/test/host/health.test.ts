import { describe, expect, test } from 'vitest';
import type { TransportState } from '../../src/events/transport.js';
import { createApp } from '../../src/host/create-app.js';
import { addHealthRoutes } from '../../src/host/health.js';
import { createLog } from '../../src/telemetry/log.js';

async function aService() {
  let now = 0;
  let state: TransportState = 'connecting';
  const log = await createLog({ service: 'mail-service', instance: 'mail-service-1', level: 'silent' });
  const { signal: stopping } = new AbortController();
  const app = await createApp({ log, stopping, busy: new Set() });
  addHealthRoutes(app, { stopping, databaseFailure: () => undefined, broker: () => state, now: () => now });
  return {
    at: async (time: number, broker: TransportState) => {
      now = time;
      state = broker;
      return (await app.inject('/health/ready')).statusCode;
    },
  };
}

describe('readiness', () => {
  test('waits for the first connection to the broker', async () => {
    const { at } = await aService();
    expect(await at(0, 'connecting')).toBe(503);
    expect(await at(60_000, 'connecting')).toBe(503);
    expect(await at(61_000, 'connected')).toBe(200);
  });

  test('bears ten seconds without the broker, however seldom somebody asks', async () => {
    const { at } = await aService();
    expect(await at(0, 'connected')).toBe(200);
    expect(await at(30_000, 'connecting')).toBe(200);
    expect(await at(39_000, 'connecting')).toBe(200);
    expect(await at(41_000, 'connecting')).toBe(503);
    expect(await at(42_000, 'connected')).toBe(200);
    expect(await at(60_000, 'connecting')).toBe(200);
  });
});
