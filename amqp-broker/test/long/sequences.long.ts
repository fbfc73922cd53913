import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { compareSequences } from '../model/compare.js';
import { startRabbitmq } from '../support/rabbitmq.js';

const SEQUENCES = Number(process.env.SEQUENCES ?? 10_000);
const SEED = Number(process.env.SEED ?? 1);

test(`${SEQUENCES} random sequences of operations, on RabbitMQ and here`, {
  timeout: SEQUENCES * 2_000 + 120_000,
}, async () => {
  await using rabbitmq = await startRabbitmq();
  await using broker = await testBroker();
  const startedAt = performance.now();
  const comparison = await compareSequences({
    rabbitmq: rabbitmq.url,
    broker: broker.url,
    sequences: SEQUENCES,
    seed: SEED,
  });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ ...comparison, seconds })}\n`);
  expect(comparison.played).toBe(SEQUENCES);
});
