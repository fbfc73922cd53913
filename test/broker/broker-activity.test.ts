import { once } from 'node:events';
import { createServer } from 'node:net';
import { testBroker } from '@mscli/amqp-broker';
import { connect } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { rabbitmqMissing, startRabbitmq } from '../../amqp-broker/test/support/rabbitmq.js';
import { type BrokerActivity, brokerActivity } from '../../src/broker/broker-activity.js';

const { signal } = new AbortController();
const missing = rabbitmqMissing();

describe('brokerActivity', () => {
  it('tells what the embedded broker does', async () => {
    await using broker = await testBroker({ managementPort: 0, users: { operator: 'p@ss: word' } });
    const activity = await whileInUse(broker.url, broker.managementPort ?? 0);
    expect(activity).toMatchObject(IN_USE);
    expect(activity?.rates.published).toBeGreaterThan(0);
    expect(activity?.rates.confirmed).toBeGreaterThan(0);
    expect(activity?.queues[0]?.rates.published).toBeGreaterThan(0);
    expect(activity?.memoryBytes).toBeGreaterThan(1_000_000);
  });

  it.skipIf(missing !== undefined)(
    `tells what RabbitMQ does${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    { timeout: 120_000 },
    async () => {
      await using rabbitmq = await startRabbitmq();
      const activity = await whileInUse(rabbitmq.url, Number(new URL(rabbitmq.management).port));
      expect(activity).toMatchObject(IN_USE);
      expect(activity?.memoryBytes).toBeGreaterThan(1_000_000);
    },
  );

  it('tells nothing of a broker without a management API, with other credentials, gone, or silent', async () => {
    await using broker = await testBroker({ managementPort: 0 });
    const { managementPort, url } = broker;
    if (managementPort === undefined) throw new Error('it serves no API');
    expect(await brokerActivity({ url }, { signal })).toBeUndefined();
    const wrong = url.replace(/:[^:@/]*@/, ':wrong@');
    expect(await brokerActivity({ url: wrong, managementPort }, { signal })).toBeUndefined();
    await broker.stop();
    expect(await brokerActivity({ url, managementPort }, { signal })).toBeUndefined();

    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    expect(await brokerActivity({ url, managementPort: port }, { signal, timeoutMs: 50 })).toBeUndefined();
    silent.close();
  });

  it('ends with its signal', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    const asked = brokerActivity({ url: 'amqp://a:b@127.0.0.1:1', managementPort: 1 }, { signal: aborted });
    await expect(asked).rejects.toThrow('enough');
  });
});

const IN_USE = {
  connections: 1,
  channels: 1,
  consumers: 1,
  messages: { waiting: 2, unacknowledged: 1 },
  queues: [{ vhost: '/', name: 'wörk', waiting: 2, unacknowledged: 1, consumers: 1 }],
};

/** The activity once it is as in `IN_USE`, which RabbitMQ shows some seconds late. */
async function whileInUse(url: string, managementPort: number): Promise<BrokerActivity | undefined> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('wörk', { durable: true });
  await channel.prefetch(1);
  for (let number = 0; number < 3; number += 1) channel.sendToQueue('wörk', Buffer.from('job'));
  await channel.waitForConfirms();
  await channel.consume('wörk', () => {});
  let activity: BrokerActivity | undefined;
  for (let tries = 0; tries < 300; tries += 1) {
    activity = await brokerActivity({ url, managementPort }, { signal, timeoutMs: 10_000 });
    if (activity?.messages.unacknowledged === 1 && activity.connections === 1 && activity.queues[0]?.consumers === 1)
      break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await connection.close();
  return activity;
}
