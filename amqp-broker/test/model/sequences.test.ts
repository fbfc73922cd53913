import { describe, expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { rabbitmqMissing, startRabbitmq } from '../support/rabbitmq.js';
import { compareSequences } from './compare.js';

const SEQUENCES = 300;

const missing = rabbitmqMissing();
const title = missing === undefined ? 'random sequences of operations' : `random sequences (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(title, () => {
  test(`${SEQUENCES} of them do to the broker what they do to RabbitMQ`, { timeout: 600_000 }, async () => {
    await using rabbitmq = await startRabbitmq();
    await using broker = await testBroker();
    const options = { rabbitmq: rabbitmq.url, broker: broker.url, sequences: SEQUENCES, seed: 20_261_122 };
    const { played, varying } = await compareSequences(options);
    expect(played).toBe(SEQUENCES);
    // RabbitMQ may do different things where several processes race, but hardly ever where each operation waits for the last.
    expect(varying).toBeLessThan(SEQUENCES / 20);
  });
});
