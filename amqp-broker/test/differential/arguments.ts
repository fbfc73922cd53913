import { once } from 'node:events';
import type { Channel } from 'amqplib';
import { type Client, type Scenario, within } from './observe.js';

const VALUES: Readonly<Record<string, unknown>> = {
  'a text': 'text',
  'an empty text': '',
  'a number': 7,
  'a negative number': -1,
  zero: 0,
  'a large number': 2 ** 40,
  'a fraction': 1.5,
  true: true,
  false: false,
  nothing: null,
  'a list': ['a'],
  'a table': { a: 1 },
};

/** What comes of the work with each value: the channel's or connection's exception, or that it was accepted. */
async function each(
  client: Client,
  values: readonly string[],
  work: (channel: Channel, value: unknown) => Promise<unknown>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const name of values) {
    const connection = await client.connection();
    const channel = await connection.createChannel();
    const failed = Promise.race([once(channel, 'error'), once(connection, 'error')]);
    failed.catch(() => {});
    const accepted = work(channel, VALUES[name]).then(() => 'accepted');
    const error = within(failed, 'neither refused nor accepted').then(([fault]) => (fault as Error).message);
    error.catch(() => {});
    outcomes[name] = await accepted.catch(() => error);
    await connection.close().catch(() => {});
  }
  return outcomes;
}

/** Declares a queue with the arguments, and deletes it. */
async function declare(channel: Channel, name: string, args: Record<string, unknown>): Promise<void> {
  await channel.assertQueue(name, { arguments: args });
  await channel.deleteQueue(name);
}

const ALL = Object.keys(VALUES);

const CLASSIC = [
  'x-expires',
  'x-message-ttl',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-priority',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-single-active-consumer',
  'x-queue-mode',
  'x-queue-type',
  'x-queue-version',
  'x-delivery-limit',
  'x-max-age',
  'x-stream-max-segment-size-bytes',
  'x-initial-cluster-size',
  'x-quorum-initial-group-size',
  'x-max-in-memory-length',
  'x-max-in-memory-bytes',
  'x-dead-letter-strategy',
  'x-nobody-knows',
];

/** Without x-delivery-limit: RabbitMQ 3.10 takes anything, RabbitMQ 4 integers. */
const QUORUM = [
  'x-expires',
  'x-message-ttl',
  'x-max-length',
  'x-max-length-bytes',
  'x-max-priority',
  'x-overflow',
  'x-single-active-consumer',
  'x-queue-mode',
  'x-queue-version',
  'x-max-age',
  'x-stream-max-segment-size-bytes',
  'x-quorum-initial-group-size',
  'x-initial-cluster-size',
  'x-queue-leader-locator',
  'x-queue-master-locator',
  'x-max-in-memory-length',
  'x-max-in-memory-bytes',
  'x-dead-letter-strategy',
  'x-nobody-knows',
];

/** How each argument is checked, value by value. */
export const argumentChecks: Scenario[] = [
  ...CLASSIC.map(
    (name): Scenario => ({
      name: `arguments of a queue: ${name}`,
      run: (client) => each(client, ALL, (channel, value) => declare(channel, `classic ${name}`, { [name]: value })),
    }),
  ),
  ...QUORUM.map(
    (name): Scenario => ({
      name: `arguments of a quorum queue: ${name}`,
      run: (client) =>
        each(client, ['a text', 'a number', 'a negative number', 'true', 'nothing'], (channel, value) =>
          declare(channel, `quorum ${name}`, { 'x-queue-type': 'quorum', [name]: value }),
        ),
    }),
  ),
  {
    name: 'arguments of an exchange: alternate-exchange',
    run: (client) =>
      each(client, ALL, async (channel, value) => {
        await channel.assertExchange('alternating', 'direct', { arguments: { 'alternate-exchange': value } });
        await channel.deleteExchange('alternating');
      }),
  },
  {
    name: 'arguments of a binding: x-match',
    run: (client) =>
      each(client, ALL, async (channel, value) => {
        await channel.assertQueue('matching');
        await channel.bindQueue('matching', 'amq.headers', '', { 'x-match': value });
        await channel.deleteQueue('matching');
      }),
  },
  ...['x-priority', 'x-cancel-on-ha-failover', 'x-stream-offset', 'x-nobody-knows'].map(
    (name): Scenario => ({
      name: `arguments of a consumer: ${name}`,
      run: (client) =>
        each(client, ALL, async (channel, value) => {
          await channel.assertQueue('consumed');
          await channel.consume('consumed', () => {}, { arguments: { [name]: value } });
          await channel.deleteQueue('consumed');
        }),
    }),
  ),
];
