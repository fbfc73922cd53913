import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../src/index.js';
import { observe } from './differential/observe.js';
import { RECORDING, readRecording, scenarios } from './differential/scenarios.js';
import { rabbitmqMissing, startRabbitmq } from './support/rabbitmq.js';

const missing = rabbitmqMissing();
const title = missing === undefined ? 'as RabbitMQ does it' : `as RabbitMQ does it (skipped: ${missing})`;

/** With RECORD=1 in the environment, what RabbitMQ does becomes the recording that scenarios.test.ts compares with. */
const recording = process.env.RECORD === '1';

describe.skipIf(missing !== undefined)(title, () => {
  let rabbitmq: Awaited<ReturnType<typeof startRabbitmq>>;
  let broker: BrokerHandle;
  const recorded: Record<string, unknown> = {};

  beforeAll(async () => {
    [rabbitmq, broker] = await Promise.all([startRabbitmq(), testBroker({ managementPort: 0 })]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([broker?.stop(), rabbitmq?.[Symbol.asyncDispose]()]);
    if (recording) await record(recorded);
  }, 60_000);

  test.each(scenarios)('$name', { timeout: 60_000 }, async ({ name, run }) => {
    const ours = { url: broker.url, management: `http://127.0.0.1:${broker.managementPort}` };
    const [expected, actual] = await Promise.all([rabbitmq, ours].map((each) => observe(each, run)));
    recorded[name] = expected;
    expect(actual).toEqual(expected);
    if (!recording) expect((await readRecording())[name]).toEqual(expected);
  });
});

/** Keeps what is known of the scenarios that were not played now, and forgets those that are no more. */
async function record(recorded: Record<string, unknown>): Promise<void> {
  const known = { ...(await readRecording()), ...recorded };
  const current = Object.fromEntries(scenarios.map(({ name }) => [name, known[name]]));
  await writeFile(RECORDING, `${JSON.stringify(current, undefined, 1)}\n`);
}
