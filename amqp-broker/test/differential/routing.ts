import type { Channel, ConfirmChannel } from 'amqplib';
import { drain, type Scenario } from './observe.js';

const bodiesOf = (messages: readonly unknown[]) => messages.map((message) => (message as { body: string }).body);

/** Queues bound to an exchange with arguments, then messages with headers: which body reached which queue. */
async function matchHeaders(
  channel: ConfirmChannel,
  name: string,
  bindings: Record<string, Record<string, unknown>>,
  sent: readonly Record<string, unknown>[],
): Promise<unknown> {
  await channel.assertExchange(name, 'headers');
  for (const [queue, args] of Object.entries(bindings)) {
    await channel.assertQueue(`${name} ${queue}`);
    await channel.bindQueue(`${name} ${queue}`, name, '', args);
  }
  for (const headers of sent) channel.publish(name, '', Buffer.from(JSON.stringify(headers)), { headers });
  await channel.waitForConfirms();
  return matched(channel, name, Object.keys(bindings));
}

async function matched(channel: Channel, name: string, queues: readonly string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const queue of queues) found[queue] = bodiesOf(await drain(channel, `${name} ${queue}`));
  return found;
}

/** A confirm channel whose returned messages are noted. */
async function withReturns(channel: ConfirmChannel): Promise<string[]> {
  const returned: string[] = [];
  channel.on('return', (message) => returned.push(message.content.toString()));
  return returned;
}

/** Which queues a message reaches: every type of exchange, bindings between exchanges, alternates, copies. */
export const routing: Scenario[] = [
  {
    name: 'headers beginning with x- count for all-with-x and any-with-x only',
    run: async (client) =>
      matchHeaders(
        await client.confirmChannel(),
        'with x',
        {
          all: { 'x-match': 'all', a: 1, 'x-b': 1 },
          any: { 'x-match': 'any', a: 1, 'x-b': 1 },
          allWithX: { 'x-match': 'all-with-x', a: 1, 'x-b': 1 },
          anyWithX: { 'x-match': 'any-with-x', a: 1, 'x-b': 1 },
          onlyX: { 'x-match': 'any', 'x-b': 1 },
          noMode: { a: 1, 'x-b': 1 },
        },
        [{}, { a: 1 }, { 'x-b': 1 }, { a: 1, 'x-b': 1 }, { a: 1, 'x-b': 2 }, { a: 2, 'x-b': 1 }],
      ),
  },
  {
    name: 'a header binding compares values by type',
    run: async (client) =>
      matchHeaders(
        await client.confirmChannel(),
        'types',
        {
          one: { v: 1 },
          wide: { v: { '!': 'int64', value: 1 } },
          text: { v: '1' },
          truth: { v: true },
          real: { v: 1.5 },
          presence: { v: null },
          list: { v: [1, 2] },
          nested: { v: { a: 1 } },
        },
        [
          { v: 1 },
          { v: { '!': 'int64', value: 1 } },
          { v: '1' },
          { v: true },
          { v: false },
          { v: 1.5 },
          { v: null },
          { v: [1, 2] },
          { v: { a: 1 } },
          {},
        ],
      ),
  },
  {
    name: 'a headers exchange does not look at the routing key',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('keyless', 'headers');
      await channel.assertQueue('keyless');
      await channel.bindQueue('keyless', 'keyless', 'a key', { 'x-match': 'all', a: 1 });
      channel.publish('keyless', 'another', Buffer.from('1'), { headers: { a: 1 } });
      channel.publish('keyless', 'a key', Buffer.from('2'));
      await channel.waitForConfirms();
      return drain(channel, 'keyless');
    },
  },
  {
    name: 'bindings that differ in their arguments only are two',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('argued', 'direct');
      await channel.assertQueue('argued');
      await channel.bindQueue('argued', 'argued', 'k', { a: 1 });
      await channel.bindQueue('argued', 'argued', 'k', { a: 2 });
      channel.publish('argued', 'k', Buffer.from('1'));
      await channel.unbindQueue('argued', 'argued', 'k', { a: 1 });
      channel.publish('argued', 'k', Buffer.from('2'));
      await channel.unbindQueue('argued', 'argued', 'k');
      channel.publish('argued', 'k', Buffer.from('3'));
      await channel.unbindQueue('argued', 'argued', 'k', { a: 2 });
      channel.publish('argued', 'k', Buffer.from('4'));
      await channel.waitForConfirms();
      return drain(channel, 'argued');
    },
  },
  {
    name: 'binding arguments in another order are the same',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('ordered', 'direct', { autoDelete: true });
      await channel.assertQueue('ordered');
      await channel.bindQueue('ordered', 'ordered', 'k', { a: 1, b: 2 });
      await channel.unbindQueue('ordered', 'ordered', 'k', { b: 2, a: 1 });
      return client.channelError((other) => other.checkExchange('ordered'));
    },
  },
  {
    name: 'every predeclared exchange routes by its type',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const { queue } = await channel.assertQueue('predeclared');
      await channel.bindQueue(queue, 'amq.direct', 'd');
      await channel.bindQueue(queue, 'amq.topic', 't.#');
      await channel.bindQueue(queue, 'amq.fanout', 'f');
      await channel.bindQueue(queue, 'amq.headers', '', { h: 1 });
      await channel.bindQueue(queue, 'amq.match', '', { m: 1 });
      for (const [exchange, key] of [
        ['amq.direct', 'd'],
        ['amq.direct', 'D'],
        ['amq.topic', 't'],
        ['amq.topic', 't.u.v'],
        ['amq.fanout', 'any'],
        ['amq.headers', 'h'],
        ['amq.match', 'm'],
      ] as const) {
        channel.publish(exchange, key, Buffer.from(`${exchange} ${key}`), { headers: { h: 1, m: 1 } });
      }
      await channel.waitForConfirms();
      for (const exchange of ['amq.direct', 'amq.topic', 'amq.fanout']) await channel.unbindQueue(queue, exchange, 'd');
      return drain(channel, queue);
    },
  },
  {
    name: 'an alternate exchange of an alternate exchange',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned = await withReturns(channel);
      await channel.assertExchange('third', 'fanout');
      await channel.assertExchange('second', 'direct', { alternateExchange: 'third' });
      await channel.assertExchange('first', 'topic', { alternateExchange: 'second' });
      await channel.assertQueue('alternates');
      await channel.bindQueue('alternates', 'second', 'b');
      channel.publish('first', 'b', Buffer.from('b'), { mandatory: true });
      channel.publish('first', 'c', Buffer.from('c'), { mandatory: true });
      await channel.bindQueue('alternates', 'third', '');
      channel.publish('first', 'd', Buffer.from('d'), { mandatory: true });
      await channel.waitForConfirms();
      return [returned, await drain(channel, 'alternates')];
    },
  },
  {
    name: 'alternate exchanges in a circle, or missing, return the message',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned = await withReturns(channel);
      await channel.assertExchange('alternate a', 'direct', { alternateExchange: 'alternate b' });
      await channel.assertExchange('alternate b', 'direct', { alternateExchange: 'alternate a' });
      await channel.assertExchange('alternate c', 'direct', { alternateExchange: 'alternate missing' });
      channel.publish('alternate a', 'k', Buffer.from('circle'), { mandatory: true });
      channel.publish('alternate c', 'k', Buffer.from('missing'), { mandatory: true });
      await channel.waitForConfirms();
      return returned;
    },
  },
  {
    name: 'an alternate exchange is not asked where a binding matched, even one that leads nowhere',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned = await withReturns(channel);
      await channel.assertExchange('asked', 'fanout');
      await channel.assertExchange('nowhere to go', 'fanout');
      await channel.assertExchange('asking', 'fanout', { alternateExchange: 'asked' });
      await channel.assertQueue('asked');
      await channel.bindQueue('asked', 'asked', '');
      await channel.bindExchange('nowhere to go', 'asking', '');
      channel.publish('asking', '', Buffer.from('x'), { mandatory: true });
      await channel.waitForConfirms();
      return [returned, await drain(channel, 'asked')];
    },
  },
  {
    name: 'exchanges of all types in a row',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('row topic', 'topic');
      await channel.assertExchange('row direct', 'direct', { internal: true });
      await channel.assertExchange('row headers', 'headers', { durable: false });
      await channel.assertExchange('row fanout', 'fanout', { autoDelete: true });
      await channel.bindExchange('row direct', 'row topic', 'a.*');
      await channel.bindExchange('row headers', 'row direct', 'a.b');
      await channel.bindExchange('row fanout', 'row headers', '', { 'x-match': 'any', h: 1 });
      await channel.assertQueue('row');
      await channel.bindQueue('row', 'row fanout', '');
      for (const [key, h] of [
        ['a.b', 1],
        ['a.b', 2],
        ['a.c', 1],
        ['b.b', 1],
      ] as const)
        channel.publish('row topic', key, Buffer.from(`${key} ${h}`), { headers: { h } });
      await channel.waitForConfirms();
      return drain(channel, 'row');
    },
  },
  {
    name: 'an exchange bound to itself',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('self', 'fanout');
      await channel.bindExchange('self', 'self', '');
      await channel.assertQueue('self');
      await channel.bindQueue('self', 'self', '');
      channel.publish('self', 'k', Buffer.from('x'));
      await channel.waitForConfirms();
      return drain(channel, 'self');
    },
  },
  {
    name: 'an auto-delete exchange goes when the exchange it is bound to goes',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('source goes', 'fanout', { autoDelete: true });
      await channel.assertExchange('destination goes', 'fanout');
      await channel.bindExchange('destination goes', 'source goes', '');
      await channel.deleteExchange('destination goes');
      return client.channelError((other) => other.checkExchange('source goes'));
    },
  },
  {
    name: 'an auto-delete exchange that is only a destination stays',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('destination stays', 'fanout', { autoDelete: true });
      await channel.assertExchange('source leaves', 'fanout');
      await channel.bindExchange('destination stays', 'source leaves', '');
      await channel.unbindExchange('destination stays', 'source leaves', '');
      await channel.deleteExchange('source leaves');
      return channel.checkExchange('destination stays');
    },
  },
  {
    name: 'a chain of auto-delete exchanges goes with the queue at its end',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('chain 1', 'fanout', { autoDelete: true });
      await channel.assertExchange('chain 2', 'fanout', { autoDelete: true });
      await channel.bindExchange('chain 2', 'chain 1', '');
      await channel.assertQueue('chain');
      await channel.bindQueue('chain', 'chain 2', '');
      await channel.deleteQueue('chain');
      return [
        await client.channelError((other) => other.checkExchange('chain 2')),
        await client.channelError((other) => other.checkExchange('chain 1')),
      ];
    },
  },
  {
    name: 'a deleted exchange forgets its bindings, and its queues stay',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('forgetful', 'direct');
      await channel.assertQueue('remembered');
      await channel.bindQueue('remembered', 'forgetful', 'k');
      await channel.deleteExchange('forgetful');
      await channel.assertExchange('forgetful', 'direct');
      channel.publish('forgetful', 'k', Buffer.from('x'));
      await channel.waitForConfirms();
      return channel.checkQueue('remembered');
    },
  },
  {
    name: 'a queue declared again after its deletion has no bindings and no messages',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('reborn');
      await channel.bindQueue('reborn', 'amq.direct', 'reborn key');
      channel.sendToQueue('reborn', Buffer.from('1'));
      await channel.deleteQueue('reborn');
      await channel.assertQueue('reborn');
      channel.publish('amq.direct', 'reborn key', Buffer.from('2'));
      channel.sendToQueue('reborn', Buffer.from('3'));
      await channel.waitForConfirms();
      return drain(channel, 'reborn');
    },
  },
  {
    name: 'CC goes through a topic exchange, and a queue named twice gets one copy',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('cc topic', 'topic');
      for (const key of ['a.*', 'b.*']) {
        await channel.assertQueue(`cc topic ${key}`);
        await channel.bindQueue(`cc topic ${key}`, 'cc topic', key);
      }
      channel.publish('cc topic', 'a.1', Buffer.from('x'), { CC: ['b.1', 'a.2'], BCC: ['a.3', 'b.4'] });
      channel.publish('cc topic', 'none', Buffer.from('y'), { BCC: ['a.3'] });
      await channel.waitForConfirms();
      return [await drain(channel, 'cc topic a.*'), await drain(channel, 'cc topic b.*')];
    },
  },
  {
    name: 'a mandatory message routed by its copies only is not returned',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned = await withReturns(channel);
      await channel.assertQueue('copy only');
      channel.publish('', 'no such queue', Buffer.from('cc'), { mandatory: true, CC: ['copy only'] });
      channel.publish('', 'no such queue', Buffer.from('bcc'), { mandatory: true, BCC: ['copy only'] });
      channel.publish('', 'no such queue', Buffer.from('none'), { mandatory: true, CC: ['nor this'] });
      await channel.waitForConfirms();
      return [returned, await drain(channel, 'copy only')];
    },
  },
  ...(['CC', 'BCC'] as const).map(
    (header): Scenario => ({
      name: `a ${header} that is no list ends the channel`,
      run: (client) =>
        client.channelError(
          (channel) => void channel.publish('', 'k', Buffer.from('x'), { headers: { [header]: 'not a list' } }),
        ),
    }),
  ),
  {
    name: 'the empty routing key is a key',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned = await withReturns(channel);
      await channel.assertExchange('empty key', 'direct');
      await channel.assertQueue('empty key');
      await channel.bindQueue('empty key', 'empty key', '');
      channel.publish('empty key', '', Buffer.from('1'));
      channel.publish('empty key', ' ', Buffer.from('2'), { mandatory: true });
      await channel.waitForConfirms();
      return [returned, await drain(channel, 'empty key')];
    },
  },
  {
    name: 'keys and names outside ASCII',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('échange', 'topic');
      await channel.assertQueue('очередь');
      await channel.bindQueue('очередь', 'échange', 'ключ.*');
      channel.publish('échange', 'ключ.🔑', Buffer.from('x'));
      await channel.waitForConfirms();
      const seen = await drain(channel, 'очередь');
      return [seen, await channel.checkQueue('очередь')];
    },
  },
  {
    name: 'the longest routing key, 255 octets',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('longest', 'topic');
      await channel.assertQueue('longest');
      await channel.bindQueue('longest', 'longest', '#.b');
      channel.publish('longest', `${'a.'.repeat(127)}b`, Buffer.from('x'));
      await channel.waitForConfirms();
      return drain(channel, 'longest');
    },
  },
];
