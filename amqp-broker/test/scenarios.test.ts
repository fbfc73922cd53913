import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../src/index.js';
import { observe } from './differential/observe.js';
import { readRecording, scenarios } from './differential/scenarios.js';

let broker: BrokerHandle;
let recorded: Record<string, unknown>;

beforeAll(async () => {
  broker = await testBroker({ managementPort: 0 });
  recorded = await readRecording();
});

afterAll(() => broker.stop());

test.each(scenarios)('as recorded from RabbitMQ: $name', { timeout: 60_000 }, async ({ name, run }) => {
  expect(recorded).toHaveProperty([name]);
  expect(await observe({ url: broker.url, management: `http://127.0.0.1:${broker.managementPort}` }, run)).toEqual(
    recorded[name],
  );
});
