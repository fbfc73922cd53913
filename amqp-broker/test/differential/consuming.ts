import type { Channel, ConsumeMessage } from 'amqplib';
import { bodies, drain, holds, type Scenario, take, view, within } from './observe.js';

async function filled(channel: Channel, queue: string, count: number): Promise<void> {
  await channel.assertQueue(queue);
  for (let number = 1; number <= count; number += 1) channel.sendToQueue(queue, Buffer.from(String(number)));
  await holds(channel, queue, count);
}

/** Delivery, prefetch, settling, order, cancelling. */
export const consuming: Scenario[] = [
  {
    name: 'deliveries come in order, numbered, and are settled together',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'in order', 5);
      const messages = await take(channel, 'in order', 5);
      channel.ack(messages[2] as ConsumeMessage, true);
      channel.nack(messages[3] as ConsumeMessage, false, true);
      await holds(channel, 'in order', 1);
      channel.ack(messages[4] as ConsumeMessage);
      const tags = messages.map((message) => message.fields.deliveryTag);
      return [tags, messages.map(view), await drain(channel, 'in order')];
    },
  },
  {
    name: 'messages that come back keep their places',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'places', 6);
      await channel.prefetch(4);
      const [one, two, three, four] = (await take(channel, 'places', 4)) as [
        ConsumeMessage,
        ConsumeMessage,
        ConsumeMessage,
        ConsumeMessage,
      ];
      channel.nack(three, false, true);
      channel.nack(one, false, true);
      channel.nack(four, false, true);
      channel.reject(two, true);
      await holds(channel, 'places', 6);
      return drain(channel, 'places');
    },
  },
  {
    name: 'what a closed channel held comes back in order, marked',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'returned', 4);
      const other = await client.channel();
      const [first] = await take(other, 'returned', 4);
      other.ack(first as ConsumeMessage);
      await other.close();
      await holds(channel, 'returned', 3);
      return drain(channel, 'returned');
    },
  },
  {
    name: 'recover gives everything back',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'recovered', 3);
      await take(channel, 'recovered', 3);
      await channel.recover();
      await holds(channel, 'recovered', 3);
      return drain(channel, 'recovered');
    },
  },
  {
    name: 'a consumer holds no more than its prefetch',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'window', 10);
      await channel.prefetch(3);
      const messages: ConsumeMessage[] = [];
      await channel.consume('window', (message) => void (message && messages.push(message)));
      await holds(channel, 'window', 7);
      channel.ack(messages[1] as ConsumeMessage, true);
      await holds(channel, 'window', 5);
      return [bodies(messages), await channel.checkQueue('window')];
    },
  },
  {
    name: 'the channel as a whole holds no more than its prefetch',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'shared 1', 5);
      await filled(channel, 'shared 2', 5);
      await channel.prefetch(4, true);
      await channel.consume('shared 1', () => {});
      await channel.consume('shared 2', () => {});
      await holds(channel, 'shared 1', 1);
      return [(await channel.checkQueue('shared 1')).messageCount, (await channel.checkQueue('shared 2')).messageCount];
    },
  },
  {
    name: 'without acknowledgements the prefetch counts nothing',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'free', 10);
      await channel.prefetch(1);
      return bodies(await take(channel, 'free', 10, { noAck: true }));
    },
  },
  {
    name: 'consumers take turns',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('turns');
      const seen: string[] = [];
      let full: () => void = () => {};
      const all = new Promise<void>((resolve) => {
        full = resolve;
      });
      for (const name of ['a', 'b', 'c']) {
        await channel.consume(
          'turns',
          (message) => {
            seen.push(`${name}${message?.content.toString()}`);
            if (seen.length === 6) full();
          },
          { noAck: true },
        );
      }
      for (let number = 1; number <= 6; number += 1) channel.sendToQueue('turns', Buffer.from(String(number)));
      await within(all, 'not all delivered');
      return seen;
    },
  },
  {
    name: 'the higher priority is served first',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('ranks');
      await channel.prefetch(2);
      const seen: string[] = [];
      let full: () => void = () => {};
      const all = new Promise<void>((resolve) => {
        full = resolve;
      });
      for (const [name, priority] of [
        ['low', 1],
        ['high', 10],
      ] as const) {
        const collect = (message: ConsumeMessage | null) => {
          seen.push(`${name}${message?.content.toString()}`);
          if (seen.length === 4) full();
        };
        await channel.consume('ranks', collect, { priority });
      }
      for (let number = 1; number <= 4; number += 1) channel.sendToQueue('ranks', Buffer.from(String(number)));
      await within(all, 'not all delivered');
      return seen.sort();
    },
  },
  {
    name: 'messages of a higher priority come first, each priority in order',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('urgent', { maxPriority: 5 });
      const priorities = [0, 1, 5, 9, 1, undefined, 5, 3];
      for (const [index, priority] of priorities.entries()) {
        channel.sendToQueue('urgent', Buffer.from(`${priority}#${index}`), priority === undefined ? {} : { priority });
      }
      await channel.waitForConfirms();
      await channel.prefetch(3);
      const first = await take(channel, 'urgent', 3);
      channel.nack(first[1] as ConsumeMessage, false, true);
      channel.nack(first[0] as ConsumeMessage, false, true);
      channel.ack(first[2] as ConsumeMessage);
      await holds(channel, 'urgent', 7);
      return [bodies(first), await drain(channel, 'urgent')];
    },
  },
  {
    name: 'a full queue with priorities drops from its head',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('urgent and full', { maxPriority: 5, maxLength: 2 });
      for (const priority of [5, 1, 3, 1]) {
        channel.sendToQueue('urgent and full', Buffer.from(String(priority)), { priority });
        await channel.waitForConfirms();
      }
      return drain(channel, 'urgent and full');
    },
  },
  {
    name: 'a single active consumer gets everything, then the next',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('single', { arguments: { 'x-single-active-consumer': true } });
      const seen: string[] = [];
      const consume = async (name: string) =>
        (
          await channel.consume('single', (message) => void seen.push(`${name}${message?.content.toString()}`), {
            noAck: true,
          })
        ).consumerTag;
      const first = await consume('a');
      await consume('b');
      for (const body of ['1', '2', '3']) channel.sendToQueue('single', Buffer.from(body));
      await holds(channel, 'single', 0);
      await channel.cancel(first);
      channel.sendToQueue('single', Buffer.from('4'));
      await holds(channel, 'single', 0);
      while (seen.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
      return seen;
    },
  },
  {
    name: 'deleting a queue cancels its consumers',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('cancelled');
      const cancelled = new Promise((resolve) => {
        void channel.consume('cancelled', resolve);
      });
      const other = await client.channel();
      await holds(other, 'cancelled', 0);
      while ((await other.checkQueue('cancelled')).consumerCount === 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await other.deleteQueue('cancelled');
      return within(cancelled, 'never cancelled');
    },
  },
  {
    name: 'get counts what is left, and says when there is nothing',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'got', 2);
      const first = await channel.get('got');
      const second = await channel.get('got', { noAck: true });
      const third = await channel.get('got');
      return [first !== false && first.fields, second !== false && second.fields, third];
    },
  },
  {
    name: 'cancelling keeps what was delivered',
    run: async (client) => {
      const channel = await client.channel();
      await filled(channel, 'kept', 2);
      const messages = await take(channel, 'kept', 2);
      const between = await channel.checkQueue('kept');
      channel.nackAll(true);
      await holds(channel, 'kept', 2);
      return [between, bodies(messages), await drain(channel, 'kept')];
    },
  },
];
