import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../src/index.js';
import { observe } from './differential/observe.js';
import { readRecording, scenarios } from './differential/scenarios.js';

let broker: BrokerHandle;
let recorded: Record<string, unknown>;

beforeAll(async () => {
  broker = await testBroker();
  recorded = await readRecording();
});

afterAll(() => broker.stop());

test.each(scenarios)('as recorded from RabbitMQ: $name', { timeout: 60_000 }, async ({ name, run }) => {
  expect(recorded).toHaveProperty([name]);
  expect(await observe(broker.url, run)).toEqual(recorded[name]);
});
