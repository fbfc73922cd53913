import type { Channel, ConsumeMessage } from 'amqplib';
import { drain, holds, type Scenario, take } from './observe.js';

async function withDeadLetters(channel: Channel, name: string, options: object, routingKey?: string): Promise<void> {
  await channel.assertExchange(`${name} dlx`, 'fanout');
  await channel.assertQueue(`${name} dead`);
  await channel.bindQueue(`${name} dead`, `${name} dlx`, '');
  await channel.assertQueue(name, {
    deadLetterExchange: `${name} dlx`,
    ...(routingKey === undefined ? {} : { deadLetterRoutingKey: routingKey }),
    ...options,
  });
}

/** Where messages go that a queue gives up, and what they carry. */
export const deadLetters: Scenario[] = [
  {
    name: 'a rejected message says where it died',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'rejected', {});
      channel.sendToQueue('rejected', Buffer.from('x'), { headers: { mine: 1 }, messageId: 'm' });
      const [message] = await take(channel, 'rejected', 1);
      channel.nack(message as ConsumeMessage, false, false);
      await holds(channel, 'rejected dead', 1);
      return drain(channel, 'rejected dead');
    },
  },
  {
    name: 'messages that are rejected together die in the order of their priorities',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'rejected together', { maxPriority: 2 });
      for (const [index, priority] of [0, 1, 5, 1, 2].entries()) {
        channel.sendToQueue('rejected together', Buffer.from(`${index}`), { priority });
        await holds(channel, 'rejected together', 1);
        await channel.get('rejected together');
      }
      channel.nack({ fields: { deliveryTag: 5 } } as ConsumeMessage, true, false);
      await holds(channel, 'rejected together dead', 5);
      return drain(channel, 'rejected together dead');
    },
  },
  {
    name: 'an expired message loses its expiration and gets another key',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'expired', {}, 'another');
      channel.sendToQueue('expired', Buffer.from('x'), { expiration: 20 });
      await holds(channel, 'expired dead', 1);
      return drain(channel, 'expired dead');
    },
  },
  {
    name: 'what is too much dies as maxlen',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'overfull', { maxLength: 1 });
      for (const body of ['1', '2', '3']) channel.sendToQueue('overfull', Buffer.from(body));
      await holds(channel, 'overfull dead', 2);
      return [await drain(channel, 'overfull'), await drain(channel, 'overfull dead')];
    },
  },
  {
    name: 'a refused publish may be dead-lettered too',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'refused', { maxLength: 1, arguments: { 'x-overflow': 'reject-publish-dlx' } });
      for (const body of ['1', '2']) channel.sendToQueue('refused', Buffer.from(body));
      await holds(channel, 'refused dead', 1);
      return [await drain(channel, 'refused'), await drain(channel, 'refused dead')];
    },
  },
  {
    name: 'deaths are counted, the last one first',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('wait', { messageTtl: 20, deadLetterExchange: '', deadLetterRoutingKey: 'work' });
      await channel.assertQueue('work', { deadLetterExchange: '', deadLetterRoutingKey: 'wait' });
      channel.sendToQueue('work', Buffer.from('x'));
      const seen: unknown[] = [];
      for (let round = 0; round < 3; round += 1) {
        await holds(channel, 'work', 1);
        const message = await channel.get('work');
        if (message === false) throw new Error('lost');
        seen.push(
          message.properties.headers?.['x-death']?.map(({ count, queue, reason, exchange, 'routing-keys': keys }) => ({
            count,
            queue,
            reason,
            exchange,
            keys,
          })),
        );
        channel.nack(message, false, false);
      }
      return seen;
    },
  },
  {
    name: 'a circle without a rejection ends',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('circle', { messageTtl: 20, deadLetterExchange: '', deadLetterRoutingKey: 'circle' });
      channel.sendToQueue('circle', Buffer.from('x'));
      await holds(channel, 'circle', 0);
      await new Promise((resolve) => setTimeout(resolve, 150));
      return channel.checkQueue('circle');
    },
  },
  {
    name: 'copies die with all their keys',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'copied', {});
      channel.sendToQueue('copied', Buffer.from('x'), { CC: ['elsewhere'], BCC: ['hidden'] });
      const [message] = await take(channel, 'copied', 1);
      channel.reject(message as ConsumeMessage, false);
      await holds(channel, 'copied dead', 1);
      return drain(channel, 'copied dead');
    },
  },
  {
    name: 'without its exchange a dead letter is dropped',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('dropped', { deadLetterExchange: 'never declared' });
      channel.sendToQueue('dropped', Buffer.from('x'));
      const [message] = await take(channel, 'dropped', 1);
      channel.reject(message as ConsumeMessage, false);
      return drain(channel, 'dropped');
    },
  },
  {
    name: 'what comes back to a deleted queue is gone with it',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'deleted', { messageTtl: 200 });
      for (const body of ['1', '2']) channel.sendToQueue('deleted', Buffer.from(body));
      const other = await client.channel();
      const [first] = await take(other, 'deleted', 2);
      await channel.deleteQueue('deleted');
      other.nack(first as ConsumeMessage, false, false);
      await other.close();
      await new Promise((resolve) => setTimeout(resolve, 400));
      return channel.checkQueue('deleted dead');
    },
  },
  {
    name: 'a quorum queue gives up after its delivery limit',
    run: async (client) => {
      const channel = await client.channel();
      await withDeadLetters(channel, 'limited', { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 } });
      const confirming = await client.confirmChannel();
      confirming.sendToQueue('limited', Buffer.from('x'), { persistent: true });
      await confirming.waitForConfirms();
      const counts: unknown[] = [];
      await channel.consume('limited', (message) => {
        if (message === null) return;
        counts.push([message.fields.redelivered, message.properties.headers?.['x-delivery-count'] ?? 'none']);
        channel.nack(message, false, true);
      });
      await holds(channel, 'limited dead', 1);
      const dead = await channel.get('limited dead', { noAck: true });
      return [
        counts,
        dead !== false &&
          dead.properties.headers?.['x-death']?.map(({ count, reason, queue }) => ({ count, reason, queue })),
      ];
    },
  },
];
