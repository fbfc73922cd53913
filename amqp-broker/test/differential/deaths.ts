import type { ConfirmChannel, GetMessage } from 'amqplib';
import { drain, holds, type Scenario } from './observe.js';

const send = async (channel: ConfirmChannel, queue: string, sent: readonly (readonly [string, object?])[]) => {
  for (const [body, options] of sent) channel.sendToQueue(queue, Buffer.from(body), options ?? {});
  await channel.waitForConfirms();
};

async function reject(channel: ConfirmChannel, queue: string): Promise<void> {
  const message = await channel.get(queue);
  if (message === false) throw new Error(`nothing in ${queue}`);
  channel.reject(message, false);
}

/** What dead letters carry along longer ways. */
export const deaths: Scenario[] = [
  {
    name: 'three queues in a row, each with its own reason',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('row 1', { maxLength: 1, deadLetterExchange: '', deadLetterRoutingKey: 'row 2' });
      await channel.assertQueue('row 2', { messageTtl: 30, deadLetterExchange: '', deadLetterRoutingKey: 'row 3' });
      await channel.assertQueue('row 3', { deadLetterExchange: '', deadLetterRoutingKey: 'row 4' });
      await channel.assertQueue('row 4');
      await send(channel, 'row 1', [['a', { headers: { own: 'header' }, priority: 3 }], ['b']]);
      await holds(channel, 'row 3', 1);
      await reject(channel, 'row 3');
      await holds(channel, 'row 4', 1);
      return drain(channel, 'row 4');
    },
  },
  {
    name: 'a dead letter keeps its properties',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('kept whole', { deadLetterExchange: '', deadLetterRoutingKey: 'kept whole dead' });
      await channel.assertQueue('kept whole dead');
      const properties = {
        contentType: 'a/b',
        contentEncoding: 'c',
        headers: { list: [1, { two: 2 }] },
        deliveryMode: 2,
        priority: 4,
        correlationId: 'd',
        replyTo: 'e',
        expiration: '60000',
        messageId: 'f',
        timestamp: 5,
        type: 'g',
        userId: 'guest',
        appId: 'h',
      };
      await send(channel, 'kept whole', [['x', properties], ['']]);
      await reject(channel, 'kept whole');
      await reject(channel, 'kept whole');
      await holds(channel, 'kept whole dead', 2);
      return drain(channel, 'kept whole dead');
    },
  },
  {
    name: 'dead letters go through a topic exchange by their old key, and their copies too',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('dead topics', 'topic');
      await channel.assertExchange('live topics', 'topic');
      for (const key of ['a.*', 'b.*']) {
        await channel.assertQueue(`dead ${key}`);
        await channel.bindQueue(`dead ${key}`, 'dead topics', key);
      }
      await channel.assertQueue('topics', { deadLetterExchange: 'dead topics' });
      await channel.bindQueue('topics', 'live topics', '#');
      channel.publish('live topics', 'a.1', Buffer.from('x'), { CC: ['b.1', 'c'] });
      channel.publish('live topics', 'b.2', Buffer.from('y'), { BCC: ['a.2'] });
      await channel.waitForConfirms();
      await reject(channel, 'topics');
      await reject(channel, 'topics');
      await holds(channel, 'dead b.*', 2);
      return [await drain(channel, 'dead a.*'), await drain(channel, 'dead b.*')];
    },
  },
  {
    name: 'a new key takes the place of the copies',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('copies', { deadLetterExchange: '', deadLetterRoutingKey: 'copies dead' });
      await channel.assertQueue('copies dead');
      await channel.assertQueue('copies elsewhere');
      await send(channel, 'copies', [['x', { CC: ['copies elsewhere'] }]]);
      await reject(channel, 'copies');
      await holds(channel, 'copies dead', 1);
      return [await drain(channel, 'copies dead'), await drain(channel, 'copies elsewhere')];
    },
  },
  {
    name: 'headers route dead letters, those of their death included',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('dead headers', 'headers');
      await channel.assertQueue('dead by header', { deadLetterExchange: 'dead headers' });
      await channel.assertQueue('own header');
      await channel.assertQueue('death header');
      await channel.bindQueue('own header', 'dead headers', '', { own: 1 });
      await channel.bindQueue('death header', 'dead headers', '', {
        'x-match': 'all-with-x',
        'x-first-death-reason': 'rejected',
      });
      await send(channel, 'dead by header', [['x', { headers: { own: 1 } }], ['y']]);
      await reject(channel, 'dead by header');
      await reject(channel, 'dead by header');
      await holds(channel, 'death header', 2);
      return [await drain(channel, 'own header'), await drain(channel, 'death header')];
    },
  },
  {
    name: 'an unroutable dead letter goes to the alternate exchange',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('dead alternate', 'fanout');
      await channel.assertExchange('dead direct', 'direct', { alternateExchange: 'dead alternate' });
      await channel.assertQueue('dead rest');
      await channel.bindQueue('dead rest', 'dead alternate', '');
      await channel.assertQueue('dies', { deadLetterExchange: 'dead direct' });
      await send(channel, 'dies', [['x']]);
      await reject(channel, 'dies');
      await holds(channel, 'dead rest', 1);
      return drain(channel, 'dead rest');
    },
  },
  {
    name: 'an internal exchange takes dead letters',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('dead internal', 'fanout', { internal: true });
      await channel.assertQueue('dead inside');
      await channel.bindQueue('dead inside', 'dead internal', '');
      await channel.assertQueue('dies inside', { deadLetterExchange: 'dead internal' });
      await send(channel, 'dies inside', [['x']]);
      await reject(channel, 'dies inside');
      await holds(channel, 'dead inside', 1);
      return drain(channel, 'dead inside');
    },
  },
  {
    name: 'nack of several dead-letters them in order',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('several die', { deadLetterExchange: '', deadLetterRoutingKey: 'several dead' });
      await channel.assertQueue('several dead');
      await send(channel, 'several die', [['1'], ['2'], ['3'], ['4']]);
      const got: GetMessage[] = [];
      for (let count = 0; count < 3; count += 1) got.push((await channel.get('several die')) as GetMessage);
      channel.nack(got[2] as GetMessage, true, false);
      await holds(channel, 'several dead', 3);
      return [await drain(channel, 'several dead'), await drain(channel, 'several die')];
    },
  },
  {
    name: 'purged and deleted messages do not die',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('not dead');
      await channel.assertQueue('purged', { deadLetterExchange: '', deadLetterRoutingKey: 'not dead' });
      await send(channel, 'purged', [['1'], ['2']]);
      await channel.purgeQueue('purged');
      await send(channel, 'purged', [['3']]);
      await channel.deleteQueue('purged');
      return channel.checkQueue('not dead');
    },
  },
  {
    name: 'a circle with a rejection goes on, and the counts grow',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('round trip', { deadLetterExchange: '', deadLetterRoutingKey: 'round trip' });
      await send(channel, 'round trip', [['x']]);
      for (let round = 0; round < 3; round += 1) {
        await reject(channel, 'round trip');
        await holds(channel, 'round trip', 1);
      }
      return drain(channel, 'round trip');
    },
  },
  {
    name: 'the original expiration is told once, by the queue it ran out in',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('ran out', { deadLetterExchange: '', deadLetterRoutingKey: 'ran out 2' });
      await channel.assertQueue('ran out 2', { deadLetterExchange: '', deadLetterRoutingKey: 'ran out 3' });
      await channel.assertQueue('ran out 3');
      await send(channel, 'ran out', [['x', { expiration: '20' }]]);
      await holds(channel, 'ran out 2', 1);
      await reject(channel, 'ran out 2');
      await holds(channel, 'ran out 3', 1);
      return drain(channel, 'ran out 3');
    },
  },
  {
    name: 'dropped from a queue with priorities, the lowest first',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('ranked deaths', {
        maxPriority: 3,
        maxLength: 1,
        deadLetterExchange: '',
        deadLetterRoutingKey: 'ranked dead',
      });
      await channel.assertQueue('ranked dead');
      for (const priority of [3, 1, 2]) await send(channel, 'ranked deaths', [[String(priority), { priority }]]);
      await holds(channel, 'ranked dead', 2);
      return [await drain(channel, 'ranked dead'), await drain(channel, 'ranked deaths')];
    },
  },
];
