import { holds, type Scenario } from './observe.js';

/** Declaring, redeclaring, binding and deleting. */
export const declarations: Scenario[] = [
  {
    name: 'a queue is declared, found and counted',
    run: async (client) => {
      const channel = await client.channel();
      const declared = await channel.assertQueue('declared');
      channel.sendToQueue('declared', Buffer.from('1'));
      await holds(channel, 'declared', 1);
      const again = await channel.assertQueue('declared');
      return [declared, again, await channel.checkQueue('declared')];
    },
  },
  {
    name: 'the broker names a queue',
    run: async (client) => (await client.channel()).assertQueue('', { exclusive: true }),
  },
  {
    name: 'deleting a queue or an exchange that is not there succeeds',
    run: async (client) => {
      const channel = await client.channel();
      return [await channel.deleteQueue('never'), await channel.deleteExchange('never')];
    },
  },
  {
    name: 'deleting and purging answer the number of messages',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('counted');
      for (const body of ['1', '2', '3']) channel.sendToQueue('counted', Buffer.from(body));
      const purged = await channel.purgeQueue('counted');
      channel.sendToQueue('counted', Buffer.from('4'));
      return [purged, await channel.deleteQueue('counted')];
    },
  },
  {
    name: 'an unbound binding that never was is no error',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('unbound');
      return [
        await channel.unbindQueue('unbound', 'amq.direct', 'nothing'),
        await channel.unbindQueue('never', 'amq.direct', 'nothing'),
        await channel.unbindQueue('unbound', 'never', 'nothing'),
        await channel.unbindExchange('never', 'amq.direct', 'nothing'),
      ];
    },
  },
  {
    name: 'an auto-delete queue goes with its last consumer',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('leaving', { autoDelete: true });
      const { consumerTag } = await channel.consume('leaving', () => {});
      await channel.cancel(consumerTag);
      return client.channelError((other) => other.checkQueue('leaving'));
    },
  },
  {
    name: 'an auto-delete exchange goes with its last binding',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('leaving-exchange', 'direct', { autoDelete: true });
      await channel.assertQueue('leaving-target');
      await channel.bindQueue('leaving-target', 'leaving-exchange', 'key');
      await channel.unbindQueue('leaving-target', 'leaving-exchange', 'key');
      return client.channelError((other) => other.checkExchange('leaving-exchange'));
    },
  },
  {
    name: 'an exclusive queue goes with its connection',
    run: async (client) => {
      const connection = await client.connection();
      const channel = await connection.createChannel();
      await channel.assertQueue('mine', { exclusive: true });
      const locked = await client.channelError((other) => other.checkQueue('mine'));
      const declared = await client.channelError((other) => other.assertQueue('mine', { exclusive: true }));
      await connection.close();
      const gone = await client.channelError((other) => other.checkQueue('mine'));
      return { locked, declared, gone };
    },
  },
  ...(
    [
      ['durable', { durable: true }, { durable: false }],
      ['auto_delete', { autoDelete: false }, { autoDelete: true }],
      ['exclusive', { durable: false }, { durable: false, exclusive: true }],
      ['a time to live where there is none', {}, { messageTtl: 1000 }],
      ['no time to live where there is one', { messageTtl: 1000 }, {}],
      ['another time to live', { messageTtl: 1000 }, { messageTtl: 2000 }],
      ['another dead-letter exchange', { deadLetterExchange: 'a' }, { deadLetterExchange: 'b' }],
      ['another maximal length', { maxLength: 1 }, { maxLength: 2 }],
      [
        'another overflow',
        { arguments: { 'x-overflow': 'drop-head' } },
        { arguments: { 'x-overflow': 'reject-publish' } },
      ],
      ['another highest priority', { maxPriority: 5 }, { maxPriority: 6 }],
      ['another expiry', { expires: 60_000 }, { expires: 70_000 }],
    ] as const
  ).map(
    ([what, first, second]): Scenario => ({
      name: `a queue redeclared with ${what} is refused`,
      run: async (client) => {
        const channel = await client.channel();
        const name = `redeclared ${what}`;
        await channel.assertQueue(name, first);
        return client.channelError((other) => other.assertQueue(name, second));
      },
    }),
  ),
  ...(
    [
      ['type', 'direct', {}, 'topic', {}],
      ['durable', 'direct', { durable: true }, 'direct', { durable: false }],
      ['auto_delete', 'direct', { autoDelete: false }, 'direct', { autoDelete: true }],
      ['internal', 'direct', { internal: false }, 'direct', { internal: true }],
      ['alternate-exchange', 'direct', {}, 'direct', { alternateExchange: 'x' }],
    ] as const
  ).map(
    ([what, type, first, otherType, second]): Scenario => ({
      name: `an exchange redeclared with another ${what} is refused`,
      run: async (client) => {
        const channel = await client.channel();
        const name = `redeclared ${what}`;
        await channel.assertExchange(name, type, first);
        return client.channelError((other) => other.assertExchange(name, otherType, second));
      },
    }),
  ),
  ...(
    [
      ['x-message-ttl', 'soon'],
      ['x-message-ttl', -1],
      ['x-max-priority', -1],
      ['x-max-priority', 256],
      ['x-max-priority', 'high'],
      ['x-expires', 0],
      ['x-expires', 'soon'],
      ['x-max-length', -1],
      ['x-max-length-bytes', 'many'],
      ['x-overflow', 'explode'],
      ['x-overflow', 1],
      ['x-dead-letter-exchange', 1],
      ['x-dead-letter-routing-key', 'without an exchange'],
      ['x-single-active-consumer', 'yes'],
      ['x-queue-mode', 'sleepy'],
      ['x-queue-type', 1],
    ] as const
  ).map(
    ([name, value]): Scenario => ({
      name: `a queue with ${name} = ${JSON.stringify(value)} is refused`,
      run: (client) =>
        client.channelError((channel) => channel.assertQueue(`refused ${name}`, { arguments: { [name]: value } })),
    }),
  ),
  {
    name: 'integers of another width are the same argument',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('width', { arguments: { 'x-message-ttl': 1000 } });
      return channel.assertQueue('width', { arguments: { 'x-message-ttl': { '!': 'int64', value: 1000 } } });
    },
  },
  {
    name: 'an argument that nobody knows is kept and not compared',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('odd', { arguments: { 'x-odd': 1 } });
      return channel.assertQueue('odd', { arguments: { 'x-odd': 2 } });
    },
  },
];
