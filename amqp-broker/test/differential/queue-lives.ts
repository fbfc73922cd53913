import { setTimeout as sleep } from 'node:timers/promises';
import { drain, holds, type Scenario } from './observe.js';

/** How queues begin, what they count, and when they end. */
export const queueLives: Scenario[] = [
  {
    name: 'a declaration counts ready messages and consumers, not what is unacknowledged',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('what counts');
      for (const body of ['1', '2', '3']) channel.sendToQueue('what counts', Buffer.from(body));
      await channel.waitForConfirms();
      await channel.get('what counts');
      const other = await client.channel();
      await other.prefetch(1);
      await other.consume('what counts', () => {});
      await holds(channel, 'what counts', 1);
      return [await channel.assertQueue('what counts'), await channel.checkQueue('what counts')];
    },
  },
  {
    name: 'purging leaves what is unacknowledged',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('half purged');
      for (const body of ['1', '2', '3']) channel.sendToQueue('half purged', Buffer.from(body));
      await channel.waitForConfirms();
      const first = await channel.get('half purged');
      const purged = await channel.purgeQueue('half purged');
      if (first !== false) channel.nack(first, false, true);
      await holds(channel, 'half purged', 1);
      return [purged, await drain(channel, 'half purged')];
    },
  },
  {
    name: 'deleting does not count what is unacknowledged, and acknowledging it later is no error',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('half deleted');
      for (const body of ['1', '2']) channel.sendToQueue('half deleted', Buffer.from(body));
      await channel.waitForConfirms();
      const first = await channel.get('half deleted');
      const deleted = await channel.deleteQueue('half deleted');
      if (first !== false) channel.ack(first);
      return [deleted, await channel.assertQueue('half deleted')];
    },
  },
  {
    name: 'deleting if unused and if empty succeeds where it may',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('may go');
      return [
        await channel.deleteQueue('may go', { ifUnused: true, ifEmpty: true }),
        await channel.deleteQueue('may go', { ifUnused: true, ifEmpty: true }),
      ];
    },
  },
  {
    name: 'an auto-delete queue without a consumer stays, and with two stays until both are gone',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('two leave', { autoDelete: true });
      const before = await channel.checkQueue('two leave');
      const one = await channel.consume('two leave', () => {});
      const two = await channel.consume('two leave', () => {});
      await channel.cancel(one.consumerTag);
      const between = await channel.checkQueue('two leave');
      await channel.cancel(two.consumerTag);
      return [before, between, await client.channelError((other) => other.checkQueue('two leave'))];
    },
  },
  {
    name: 'an auto-delete queue goes with the channel of its consumer',
    run: async (client) => {
      const connection = await client.connection();
      const consumer = await connection.createChannel();
      await consumer.assertQueue('channel leaves', { autoDelete: true });
      await consumer.consume('channel leaves', () => {});
      await consumer.close();
      await sleep(50);
      return client.channelError((other) => other.checkQueue('channel leaves'));
    },
  },
  {
    name: 'getting does not keep an auto-delete queue, nor remove it',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('only got', { autoDelete: true });
      return [await channel.get('only got'), await channel.checkQueue('only got')];
    },
  },
  ...(
    [
      ['consuming', (channel, name) => channel.consume(name, () => {})],
      ['getting', (channel, name) => channel.get(name)],
      ['purging', (channel, name) => channel.purgeQueue(name)],
      ['deleting', (channel, name) => channel.deleteQueue(name)],
      ['binding', (channel, name) => channel.bindQueue(name, 'amq.direct', 'k')],
      ['unbinding', (channel, name) => channel.unbindQueue(name, 'amq.direct', 'k')],
      ['redeclaring', (channel, name) => channel.assertQueue(name, { durable: false })],
    ] as const satisfies [string, (channel: import('amqplib').Channel, name: string) => unknown][]
  ).map(
    ([what, work]): Scenario => ({
      name: `an exclusive queue of another connection is locked against ${what}`,
      run: async (client) => {
        const connection = await client.connection();
        const owner = await connection.createChannel();
        const { queue } = await owner.assertQueue(`locked against ${what}`, { exclusive: true, durable: false });
        await owner.bindQueue(queue, 'amq.direct', 'k');
        const seen = await client.channelError(async (other) => work(other, queue));
        await connection.close();
        return seen;
      },
    }),
  ),
  {
    name: 'anybody may publish to an exclusive queue, and every channel of its connection may use it',
    run: async (client) => {
      const connection = await client.connection();
      const owner = await connection.createChannel();
      const { queue } = await owner.assertQueue('shared by one', { exclusive: true });
      const stranger = await client.confirmChannel();
      stranger.sendToQueue(queue, Buffer.from('x'));
      await stranger.waitForConfirms();
      const second = await connection.createChannel();
      return [await second.assertQueue(queue, { exclusive: true }), await second.get(queue, { noAck: true })];
    },
  },
  {
    name: 'a redeclaration that agrees in all arguments is no error',
    run: async (client) => {
      const channel = await client.channel();
      const options = {
        durable: true,
        messageTtl: 60_000,
        expires: 60_000,
        maxLength: 5,
        maxPriority: 3,
        deadLetterExchange: 'x',
        deadLetterRoutingKey: 'y',
        arguments: { 'x-overflow': 'reject-publish', 'x-single-active-consumer': true, 'x-max-length-bytes': 100 },
      };
      await channel.assertQueue('agreed', options);
      return channel.assertQueue('agreed', options);
    },
  },
  ...(
    [
      ['x-dead-letter-routing-key', { 'x-dead-letter-exchange': 'a', 'x-dead-letter-routing-key': 'k' }],
      ['x-max-length-bytes', { 'x-max-length-bytes': 10 }],
      ['x-single-active-consumer', { 'x-single-active-consumer': true }],
      ['x-queue-mode', { 'x-queue-mode': 'lazy' }],
      ['x-overflow', { 'x-overflow': 'reject-publish-dlx' }],
    ] as const
  ).map(
    ([what, args]): Scenario => ({
      name: `a queue redeclared without its ${what} is refused`,
      run: async (client) => {
        const channel = await client.channel();
        await channel.assertQueue(`redeclared without ${what}`, { arguments: args });
        const without = await client.channelError((other) => other.assertQueue(`redeclared without ${what}`));
        await channel.assertQueue(`redeclared with ${what}`);
        const added = await client.channelError((other) =>
          other.assertQueue(`redeclared with ${what}`, { arguments: args }),
        );
        return { without, added };
      },
    }),
  ),
  {
    name: 'unbinding what is not bound is no error, even on an exclusive queue of another connection',
    run: async (client) => {
      await (await client.channel()).assertQueue('not bound', { exclusive: true });
      return (await client.channel()).unbindQueue('not bound', 'amq.direct', 'nothing');
    },
  },
  {
    name: 'a name given by the broker cannot be declared again, but found',
    run: async (client) => {
      const channel = await client.channel();
      const { queue } = await channel.assertQueue('', { exclusive: true });
      const found = await channel.checkQueue(queue);
      return [found, await client.channelError((other) => other.assertQueue(queue))];
    },
  },
  {
    name: 'declaring passively does not compare',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('passive', { durable: false, maxLength: 5 });
      await channel.assertExchange('passive', 'topic', { durable: false, autoDelete: true });
      return [await channel.checkQueue('passive'), await channel.checkExchange('passive')];
    },
  },
  {
    name: 'a queue that is used does not expire, and a get uses it',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('in use', { expires: 400 });
      const { consumerTag } = await channel.consume('in use', () => {});
      await sleep(700);
      const used = await channel.checkQueue('in use');
      await channel.cancel(consumerTag);
      await sleep(900);
      return [used, await client.channelError((other) => other.checkQueue('in use'))];
    },
  },
  {
    name: 'messages in a queue do not keep it from expiring',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('expires full', { expires: 200, deadLetterExchange: 'amq.fanout' });
      channel.sendToQueue('expires full', Buffer.from('x'));
      await channel.waitForConfirms();
      await sleep(700);
      return client.channelError((other) => other.checkQueue('expires full'));
    },
  },
  {
    name: 'deleting an exclusive queue by its owner, and declaring it anew',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('owned', { exclusive: true });
      return [await channel.deleteQueue('owned'), await channel.assertQueue('owned', { exclusive: true })];
    },
  },
  {
    name: 'an exclusive queue may be durable and delete itself',
    run: async (client) => {
      const channel = await client.channel();
      const options = { exclusive: true, durable: true, autoDelete: true };
      return [await channel.assertQueue('all at once', options), await channel.assertQueue('all at once', options)];
    },
  },
];
