import amqplib from 'amqplib';
import { RawClient } from '../support/raw-client.js';
import { closedBy } from './closed-by.js';
import type { Scenario } from './observe.js';

/** Codes and texts of what is refused. */
export const refusals: Scenario[] = [
  ...(
    [
      ['a queue that is not there', (channel) => channel.checkQueue('never')],
      ['an exchange that is not there', (channel) => channel.checkExchange('never')],
      ['consuming from nothing', (channel) => channel.consume('never', () => {})],
      ['getting from nothing', (channel) => channel.get('never')],
      ['purging nothing', (channel) => channel.purgeQueue('never')],
      [
        'binding to no exchange',
        async (channel) => channel.bindQueue((await channel.assertQueue('bound to none')).queue, 'never', 'k'),
      ],
      ['binding no queue', (channel) => channel.bindQueue('never', 'amq.direct', 'k')],
      ['binding neither', (channel) => channel.bindQueue('never', 'never', 'k')],
      ['binding no exchanges', (channel) => channel.bindExchange('never', 'amq.direct', 'k')],
      [
        'binding to the default exchange',
        async (channel) => channel.bindQueue((await channel.assertQueue('to default')).queue, '', 'k'),
      ],
      ['declaring the default exchange', (channel) => channel.assertExchange('', 'direct')],
      ['deleting the default exchange', (channel) => channel.deleteExchange('')],
      ['a reserved queue name', (channel) => channel.assertQueue('amq.mine')],
      ['a reserved exchange name', (channel) => channel.assertExchange('amq.mine', 'direct')],
      ['deleting a predeclared exchange', (channel) => channel.deleteExchange('amq.direct')],
      [
        'a wrong x-match',
        async (channel) =>
          channel.bindQueue((await channel.assertQueue('x-match')).queue, 'amq.headers', '', { 'x-match': 'some' }),
      ],
      ['an unknown delivery tag', (channel) => channel.ack({ fields: { deliveryTag: 7 } } as never)],
      ['an unknown delivery tag, rejected', (channel) => channel.reject({ fields: { deliveryTag: 7 } } as never)],
      [
        'an x-match that is no text',
        async (channel) =>
          channel.bindQueue((await channel.assertQueue('x-match')).queue, 'amq.headers', '', { 'x-match': 1 }),
      ],
      [
        'a dead-letter key that is no text',
        (channel) =>
          channel.assertQueue('key', { arguments: { 'x-dead-letter-exchange': 'x', 'x-dead-letter-routing-key': 1 } }),
      ],
      [
        'an unknown queue type',
        (channel) => channel.assertQueue('typed', { arguments: { 'x-queue-type': 'telepathic' } }),
      ],
      [
        'a classic queue with a delivery limit',
        (channel) => channel.assertQueue('limited classic', { arguments: { 'x-delivery-limit': 3 } }),
      ],
      [
        'a quorum queue that is not durable',
        (channel) => channel.assertQueue('transient', { durable: false, arguments: { 'x-queue-type': 'quorum' } }),
      ],
      [
        'a quorum queue that is exclusive',
        (channel) => channel.assertQueue('exclusive', { exclusive: true, arguments: { 'x-queue-type': 'quorum' } }),
      ],
      [
        'a quorum queue that deletes itself',
        (channel) => channel.assertQueue('leaving', { autoDelete: true, arguments: { 'x-queue-type': 'quorum' } }),
      ],
      [
        'an acknowledgement of several that are unknown',
        (channel) => channel.ack({ fields: { deliveryTag: 7 } } as never, true),
      ],
      [
        'an alternate exchange that is no name',
        (channel) => channel.assertExchange('alternate', 'direct', { arguments: { 'alternate-exchange': 5 } }),
      ],
      [
        'a consumer priority that is no number',
        async (channel) =>
          channel.consume((await channel.assertQueue('ranked')).queue, () => {}, {
            arguments: { 'x-priority': 'high' },
          }),
      ],
    ] as const satisfies [string, (channel: amqplib.Channel) => unknown][]
  ).map(
    ([what, work]): Scenario => ({
      name: `refused: ${what}`,
      run: (client) => client.channelError(async (channel) => work(channel)),
    }),
  ),
  {
    name: 'refused: settling twice',
    run: (client) =>
      client.channelError(async (channel) => {
        await channel.assertQueue('settled twice');
        channel.sendToQueue('settled twice', Buffer.from('x'));
        const message = await channel.get('settled twice');
        if (message === false) return;
        channel.ack(message);
        channel.ack(message);
      }),
  },
  {
    name: 'refused: deleting what is in use, or not empty',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('busy');
      channel.sendToQueue('busy', Buffer.from('x'));
      const full = await client.channelError((other) => other.deleteQueue('busy', { ifEmpty: true }));
      await channel.consume('busy', () => {});
      const used = await client.channelError((other) => other.deleteQueue('busy', { ifUnused: true }));
      await channel.assertExchange('busy', 'fanout');
      await channel.bindQueue('busy', 'busy', '');
      const bound = await client.channelError((other) => other.deleteExchange('busy', { ifUnused: true }));
      return { full, used, bound };
    },
  },
  {
    name: 'refused: an exclusive consumer beside others, and others beside it',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('alone');
      const { consumerTag } = await channel.consume('alone', () => {});
      const beside = await client.channelError((other) => other.consume('alone', () => {}, { exclusive: true }));
      await channel.cancel(consumerTag);
      await channel.consume('alone', () => {}, { exclusive: true });
      return [beside, await client.channelError((other) => other.consume('alone', () => {}))];
    },
  },
  {
    name: 'refused with the connection: an unknown exchange type',
    run: (client) => client.connectionError((channel) => channel.assertExchange('odd', 'telepathic')),
  },
  {
    name: 'refused with the connection: a consumer tag used twice',
    run: (client) =>
      client.connectionError(async (channel) => {
        await channel.assertQueue('tagged');
        await channel.consume('tagged', () => {}, { consumerTag: 'mine' });
        await channel.consume('tagged', () => {}, { consumerTag: 'mine' });
      }),
  },
  {
    name: 'refused at the door: a wrong password, a wrong host',
    run: async (client) => {
      const password = await amqplib
        .connect(client.url.replace('guest:guest', 'guest:wrong'))
        .catch((error: Error) => error.message);
      const user = await amqplib
        .connect(client.url.replace('guest:guest', 'nobody:guest'))
        .catch((error: Error) => error.message);
      const host = await amqplib.connect(`${client.url}/elsewhere`).catch((error: Error) => error.message);
      return { password, user, host };
    },
  },
  ...(
    [
      ['immediate', (raw) => publish(raw, { immediate: true })],
      ['a prefetch size', (raw) => raw.method(1, 'basic.qos', { prefetchSize: 10, prefetchCount: 1, global: false })],
      ['stopping the flow', (raw) => raw.method(1, 'channel.flow', { active: false })],
      ['recovering without requeue', (raw) => raw.method(1, 'basic.recover', { requeue: false })],
      ['a second channel.open', (raw) => raw.method(1, 'channel.open', { reserved1: '' })],
      ['a method on a channel that is not open', (raw) => raw.method(5, 'confirm.select', { noWait: false })],
      ['a body without a header', (raw) => raw.frame(3, 1, Buffer.from('x'))],
      ['a header without a publish', (raw) => raw.frame(2, 1, header(1))],
      [
        'a method where a header belongs',
        (raw) => {
          raw.method(1, 'basic.publish', PUBLISH);
          raw.method(1, 'confirm.select', { noWait: false });
        },
      ],
      [
        'a body where a header belongs',
        (raw) => {
          raw.method(1, 'basic.publish', PUBLISH);
          raw.frame(3, 1, Buffer.from('x'));
        },
      ],
    ] as const satisfies [string, (raw: RawClient) => void][]
  ).map(([what, work]) => closedBy(`refused with the connection: ${what}`, work)),
  {
    name: 'publishes before a channel.close are handled, and nothing follows its close-ok',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', QUEUE);
      await raw.next('queue.declare-ok');
      raw.method(1, 'confirm.select', { noWait: false });
      await raw.next('confirm.select-ok');
      for (let count = 0; count < 20; count += 1) publish(raw, { routingKey: QUEUE.queue });
      raw.method(1, 'channel.close', { replyCode: 200, replyText: 'bye', classId: 0, methodId: 0 });
      await raw.next('channel.close-ok');
      raw.received.length = 0;
      raw.method(1, 'channel.open', { reserved1: '' });
      await raw.next('channel.open-ok');
      raw.method(1, 'queue.declare', { ...QUEUE, passive: true });
      const { messageCount } = await raw.next('queue.declare-ok');
      return { messageCount, stray: raw.received.length };
    },
  },
  ...[1, 2].map(
    (times): Scenario => ({
      name: `a wrong protocol header is answered with the right one (${times})`,
      run: async ({ url }) => {
        await using raw = await RawClient.connect(url);
        const chunks: Buffer[] = [];
        raw.socket.removeAllListeners('data').on('data', (chunk: Buffer) => chunks.push(chunk));
        raw.socket.write(times === 1 ? 'AMQP\x00\x01\x00\x00' : 'GET / HTTP/1.1\r\n\r\n');
        await raw.end();
        return Buffer.concat(chunks).toString('latin1');
      },
    }),
  ),
];

const QUEUE = {
  reserved1: 0,
  queue: 'pipelined',
  passive: false,
  durable: false,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map(),
};

const PUBLISH = { reserved1: 0, exchange: '', routingKey: 'k', mandatory: false, immediate: false };

function publish(raw: RawClient, options: Partial<typeof PUBLISH>): void {
  raw.method(1, 'basic.publish', { ...PUBLISH, ...options });
  raw.frame(2, 1, header(1));
  raw.frame(3, 1, Buffer.from('x'));
}

/** A content header of the basic class for a body of that size, without properties. */
function header(size: number): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.writeUInt16BE(60, 0);
  bytes.writeUInt32BE(size, 8);
  return bytes;
}
