import { once } from 'node:events';
import type { ConfirmChannel, GetMessage } from 'amqplib';
import { drain, holds, type Scenario, take } from './observe.js';

/** Publishes one by one; answers what became of each. */
async function outcomes(
  channel: ConfirmChannel,
  exchange: string,
  key: string,
  sent: readonly (readonly [body: string, options?: object])[],
): Promise<string[]> {
  const seen: string[] = [];
  for (const [body, options] of sent) {
    await new Promise<void>((resolve) => {
      channel.publish(exchange, key, Buffer.from(body), options ?? {}, (error) => {
        seen.push(`${body} ${error === null ? 'confirmed' : 'refused'}`);
        resolve();
      });
    });
  }
  return seen;
}

const count = (amount: number) => Array.from({ length: amount }, (_, index) => [String(index + 1)] as const);

/** Length, bytes, time: what queues do not keep. */
export const limits: Scenario[] = [
  {
    name: 'a queue of length 0 keeps nothing',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('nothing kept', { maxLength: 0 });
      return [await outcomes(channel, '', 'nothing kept', count(2)), await channel.checkQueue('nothing kept')];
    },
  },
  {
    name: 'a queue of length 0 that refuses',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('nothing taken', { maxLength: 0, arguments: { 'x-overflow': 'reject-publish' } });
      return [await outcomes(channel, '', 'nothing taken', count(2)), await channel.checkQueue('nothing taken')];
    },
  },
  {
    name: 'unacknowledged messages do not count for the length, and what comes back pushes the oldest out',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('pushed out', { maxLength: 2 });
      await outcomes(channel, '', 'pushed out', count(2));
      const first = await channel.get('pushed out');
      await outcomes(channel, '', 'pushed out', [['3']]);
      const before = await channel.checkQueue('pushed out');
      if (first !== false) channel.nack(first, false, true);
      return [before, await drain(channel, 'pushed out')];
    },
  },
  {
    name: 'unacknowledged messages do not count for a queue that refuses',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('room again', { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } });
      const first = await outcomes(channel, '', 'room again', count(2));
      const got = (await channel.get('room again')) as GetMessage;
      const second = await outcomes(channel, '', 'room again', [['3'], ['4']]);
      channel.nack(got, false, true);
      const third = await outcomes(channel, '', 'room again', [['5']]);
      return [first, second, third, await drain(channel, 'room again')];
    },
  },
  {
    name: 'bytes limit a queue that refuses',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('heavy', { arguments: { 'x-max-length-bytes': 8, 'x-overflow': 'reject-publish' } });
      const seen = await outcomes(channel, '', 'heavy', [['12345'], ['678'], ['9'], ['']]);
      return [seen, await drain(channel, 'heavy')];
    },
  },
  {
    name: 'one of several queues refuses: the publish is refused, the others keep it',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertExchange('one refuses', 'fanout');
      await channel.assertQueue('refuses', { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } });
      await channel.assertQueue('takes');
      for (const queue of ['refuses', 'takes']) await channel.bindQueue(queue, 'one refuses', '');
      const seen = await outcomes(channel, 'one refuses', '', count(2));
      return [seen, await drain(channel, 'refuses'), await drain(channel, 'takes')];
    },
  },
  {
    name: 'a refused mandatory publish is not returned',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const returned: string[] = [];
      channel.on('return', (message) => returned.push(message.content.toString()));
      await channel.assertQueue('refuses mandatory', { maxLength: 0, arguments: { 'x-overflow': 'reject-publish' } });
      return [await outcomes(channel, '', 'refuses mandatory', [['x', { mandatory: true }]]), returned];
    },
  },
  {
    name: 'a time to live of 0 is for consumers that wait',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('at once or never', { messageTtl: 0 });
      await outcomes(channel, '', 'at once or never', [['nobody']]);
      await holds(channel, 'at once or never', 0);
      const taken = take(channel, 'at once or never', 1);
      while ((await channel.checkQueue('at once or never')).consumerCount === 0);
      await outcomes(channel, '', 'at once or never', [['somebody']]);
      return (await taken).map((message) => message.content.toString());
    },
  },
  {
    name: 'an expiration of 0 without a consumer',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('no time', { deadLetterExchange: '', deadLetterRoutingKey: 'no time dead' });
      await channel.assertQueue('no time dead');
      await outcomes(channel, '', 'no time', [['x', { expiration: 0 }]]);
      await holds(channel, 'no time dead', 1);
      return drain(channel, 'no time dead');
    },
  },
  {
    name: 'the shorter of both times counts, and a delivery carries its expiration',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('shorter', { messageTtl: 60_000 });
      await outcomes(channel, '', 'shorter', [
        ['brief', { expiration: 1 }],
        ['long', { expiration: 900_000 }],
      ]);
      await holds(channel, 'shorter', 1);
      return drain(channel, 'shorter');
    },
  },
  {
    name: 'what is unacknowledged does not expire, and does when it comes back too late',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('held past', { messageTtl: 100 });
      await outcomes(channel, '', 'held past', [['x']]);
      const message = await channel.get('held past');
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (message !== false) channel.nack(message, false, true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [message !== false, await channel.get('held past')];
    },
  },
  {
    name: 'priorities above the highest count as the highest, and none as 0',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('clamped', { maxPriority: 2 });
      await outcomes(channel, '', 'clamped', [
        ['none'],
        ['1', { priority: 1 }],
        ['200', { priority: 200 }],
        ['2', { priority: 2 }],
        ['0', { priority: 0 }],
      ]);
      return drain(channel, 'clamped');
    },
  },
  {
    name: 'priorities without a highest change nothing but the property',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('unranked');
      await outcomes(channel, '', 'unranked', [
        ['a', { priority: 1 }],
        ['b', { priority: 9 }],
      ]);
      return drain(channel, 'unranked');
    },
  },
  {
    name: 'a queue with a highest priority of 0',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('flat', { maxPriority: 0 });
      await outcomes(channel, '', 'flat', [
        ['a', { priority: 1 }],
        ['b', { priority: 9 }],
      ]);
      return drain(channel, 'flat');
    },
  },
  {
    name: 'messages of each priority expire on their own',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('ranked and brief', { maxPriority: 3 });
      await outcomes(channel, '', 'ranked and brief', [
        ['high', { priority: 3 }],
        ['low', { priority: 1, expiration: 20 }],
        ['low stays', { priority: 1 }],
      ]);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return drain(channel, 'ranked and brief');
    },
  },
  {
    name: 'a mandatory message to a full queue that drops its head is kept',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('newest', { maxLength: 1 });
      const seen = await outcomes(channel, '', 'newest', [
        ['1', { mandatory: true }],
        ['2', { mandatory: true }],
      ]);
      return [seen, await drain(channel, 'newest')];
    },
  },
  {
    name: 'selecting confirms twice, and confirms count from the first publish after',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('confirms');
      await (channel as unknown as { rpc(method: number, fields: object, reply: number): Promise<unknown> })
        .rpc(0x0055000a, { nowait: false }, 0x0055000b)
        .catch(() => {});
      return outcomes(channel, '', 'confirms', count(3));
    },
  },
  {
    name: 'a channel that fails takes its unconfirmed publishes with it, in order',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('before the fault');
      const failed = once(channel, 'error');
      channel.sendToQueue('before the fault', Buffer.from('1'));
      channel.sendToQueue('before the fault', Buffer.from('2'));
      channel.publish('no such exchange', '', Buffer.from('3'));
      channel.sendToQueue('before the fault', Buffer.from('4'));
      const [error] = (await failed) as [Error];
      const other = await client.channel();
      await holds(other, 'before the fault', 2);
      return [error.message, await drain(other, 'before the fault')];
    },
  },
];
