import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConfirmChannel, ConsumeMessage, GetMessage } from 'amqplib';
import { bodies, drain, holds, type Scenario, take, within } from './observe.js';

async function filled(channel: ConfirmChannel, queue: string, count: number, options = {}): Promise<void> {
  await channel.assertQueue(queue, options);
  for (let number = 1; number <= count; number += 1) channel.sendToQueue(queue, Buffer.from(String(number)));
  await channel.waitForConfirms();
}

async function getAll(channel: Channel, queue: string, count: number): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  for (let number = 0; number < count; number += 1) {
    const message = await channel.get(queue);
    if (message !== false) messages.push(message);
  }
  return messages;
}

/** A consumer that notes what it got, with the number it gave and whether it was redelivered. */
async function noting(channel: Channel, queue: string, seen: string[], name: string, options = {}): Promise<string> {
  const note = (message: ConsumeMessage | null) =>
    void seen.push(
      message === null ? `${name} cancelled` : `${name}${message.content}${message.fields.redelivered ? ' again' : ''}`,
    );
  return (await channel.consume(queue, note, options)).consumerTag;
}

async function until(condition: () => boolean, complaint: string): Promise<void> {
  const wait = async () => {
    while (!condition()) await sleep(10);
  };
  await within(wait(), complaint);
}

const tagged = (deliveryTag: number) => ({ fields: { deliveryTag } }) as never;

/** Acknowledging, refusing, recovering; windows; who is served. */
export const settling: Scenario[] = [
  {
    name: 'tag 0 with multiple settles everything, and nothing is no error',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'all settled', 3);
      await getAll(channel, 'all settled', 2);
      channel.ackAll();
      channel.ackAll();
      channel.nackAll(true);
      return drain(channel, 'all settled');
    },
  },
  {
    name: 'multiple settles gets and deliveries of several queues alike',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'mixed 1', 3);
      await filled(channel, 'mixed 2', 3);
      const [one] = await getAll(channel, 'mixed 1', 1);
      const two = await take(channel, 'mixed 2', 3);
      const [three] = await getAll(channel, 'mixed 1', 1);
      channel.ack(two[1] as ConsumeMessage, true);
      channel.nack(three as GetMessage, true, true);
      const tags = [one, ...two, three].map((message) => message?.fields.deliveryTag);
      return [tags, await drain(channel, 'mixed 1'), await drain(channel, 'mixed 2')];
    },
  },
  ...(
    [
      ['multiple up to a tag already settled', (channel) => channel.ack(tagged(1), true)],
      ['a tag settled by a multiple', (channel) => channel.ack(tagged(2))],
      ['nack of an unknown tag', (channel) => channel.nack(tagged(99), false, true)],
      ['nack multiple of an unknown tag', (channel) => channel.nack(tagged(99), true, false)],
      ['tag 0 without multiple', (channel) => channel.ack(tagged(0))],
    ] as const satisfies [string, (channel: Channel) => void][]
  ).map(
    ([what, work]): Scenario => ({
      name: `settling after everything is settled: ${what}`,
      run: (client) =>
        client.channelError(async (channel) => {
          await channel.assertQueue('settled all');
          for (const body of ['1', '2']) channel.sendToQueue('settled all', Buffer.from(body));
          await getAll(channel, 'settled all', 2);
          channel.ack(tagged(2), true);
          work(channel);
        }),
    }),
  ),
  {
    name: 'a tag of another channel is unknown',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'foreign tag', 1);
      await getAll(channel, 'foreign tag', 1);
      const seen = await client.channelError((other) => other.ack(tagged(1)));
      return [seen, await channel.checkQueue('foreign tag')];
    },
  },
  {
    name: 'a delivery without acknowledgement has a tag that cannot be settled',
    run: (client) =>
      client.channelError(async (channel) => {
        await channel.assertQueue('no ack');
        channel.sendToQueue('no ack', Buffer.from('1'));
        const message = await channel.get('no ack', { noAck: true });
        if (message !== false) channel.ack(message);
      }),
  },
  {
    name: 'what a failed channel held comes back',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'failed channel', 3);
      const failed = await client.channelError(async (other) => {
        await other.get('failed channel');
        await other.get('failed channel');
        await other.checkQueue('never there');
      });
      await holds(channel, 'failed channel', 3);
      return [failed, await drain(channel, 'failed channel')];
    },
  },
  {
    name: 'recover gives back to the same consumer, marked, with new tags',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'same consumer', 3);
      const seen: string[] = [];
      const tags: number[] = [];
      await channel.consume('same consumer', (message) => {
        if (message === null) return;
        seen.push(`${message.content}${message.fields.redelivered ? ' again' : ''}`);
        tags.push(message.fields.deliveryTag);
      });
      await until(() => seen.length === 3, 'no first round');
      channel.ack(tagged(2));
      await channel.recover();
      await until(() => seen.length === 5, 'no second round');
      return [seen, tags];
    },
  },
  {
    name: 'a rejected message returns to its only consumer at once',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'at once', 2);
      await channel.prefetch(1);
      const seen: string[] = [];
      await channel.consume('at once', (message) => {
        if (message === null) return;
        seen.push(`${message.content} ${message.fields.deliveryTag} ${message.fields.redelivered}`);
        if (seen.length < 4) channel.reject(message, true);
        else channel.ack(message);
      });
      await until(() => seen.length === 5, 'not five deliveries');
      return seen;
    },
  },
  {
    name: 'nack of several gives back those that are not settled',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'several', 5);
      const messages = await getAll(channel, 'several', 5);
      channel.ack(messages[1] as GetMessage);
      channel.nack(messages[3] as GetMessage, true, true);
      await holds(channel, 'several', 3);
      const ready = await drain(channel, 'several');
      channel.ack(messages[4] as GetMessage);
      return [bodies(messages), ready];
    },
  },
  {
    name: 'a prefetch changed later is for consumers that come later',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'windows 1', 5);
      await filled(channel, 'windows 2', 5);
      await channel.prefetch(2);
      await channel.consume('windows 1', () => {});
      await channel.prefetch(4);
      await channel.consume('windows 2', () => {});
      await holds(channel, 'windows 1', 3);
      await holds(channel, 'windows 2', 1);
      return [await channel.checkQueue('windows 1'), await channel.checkQueue('windows 2')];
    },
  },
  {
    name: 'two consumers of one channel have a window each',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'windows each', 9);
      await channel.prefetch(2);
      const seen: string[] = [];
      await noting(channel, 'windows each', seen, 'a');
      await noting(channel, 'windows each', seen, 'b');
      await holds(channel, 'windows each', 5);
      await until(() => seen.length === 4, 'not four');
      return seen.sort();
    },
  },
  {
    name: 'the window of the channel opens when it is made larger, or lifted',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'lifted', 9);
      await channel.prefetch(2, true);
      await channel.consume('lifted', () => {});
      await holds(channel, 'lifted', 7);
      await channel.prefetch(5, true);
      await holds(channel, 'lifted', 4);
      await channel.prefetch(0, true);
      await holds(channel, 'lifted', 0);
      return channel.checkQueue('lifted');
    },
  },
  {
    name: 'what was got does not count for the window',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'got beside', 5);
      await channel.prefetch(1);
      await getAll(channel, 'got beside', 2);
      await channel.consume('got beside', () => {});
      await holds(channel, 'got beside', 2);
      return channel.checkQueue('got beside');
    },
  },
  {
    name: 'a full consumer is passed over, and served again when it has room',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('passed over');
      await channel.prefetch(1);
      const seen: string[] = [];
      await noting(channel, 'passed over', seen, 'a');
      const free = await client.channel();
      await noting(free, 'passed over', seen, 'b', { noAck: true });
      for (const body of ['1', '2', '3', '4']) {
        channel.sendToQueue('passed over', Buffer.from(body));
        await channel.waitForConfirms();
        await holds(channel, 'passed over', 0);
      }
      await until(() => seen.length === 4, 'not four');
      return seen;
    },
  },
  {
    name: 'consumers of a lower priority are served when the higher are full',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('ranked');
      const seen: string[] = [];
      const high = await client.channel();
      const low = await client.channel();
      await high.prefetch(1);
      await noting(low, 'ranked', seen, 'low', { priority: -5 });
      await noting(high, 'ranked', seen, 'high', { priority: 7 });
      for (const body of ['1', '2', '3']) {
        channel.sendToQueue('ranked', Buffer.from(body));
        await channel.waitForConfirms();
      }
      await until(() => seen.length === 3, 'not three');
      return seen.sort();
    },
  },
  {
    name: 'a single active consumer whose channel closes leaves its messages to the next',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'next in line', 2, { arguments: { 'x-single-active-consumer': true } });
      const seen: string[] = [];
      const first = await client.channel();
      await noting(first, 'next in line', seen, 'a');
      await noting(await client.channel(), 'next in line', seen, 'b');
      await until(() => seen.length === 2, 'not two');
      await first.close();
      await until(() => seen.length === 4, 'not four');
      return seen;
    },
  },
  {
    name: 'an exclusive consumer of a queue with a single active consumer is refused',
    run: (client) =>
      client.channelError(async (channel) => {
        await channel.assertQueue('single exclusive', { arguments: { 'x-single-active-consumer': true } });
        await channel.consume('single exclusive', () => {}, { exclusive: true });
      }),
  },
  {
    name: 'a tag is free again after its consumer is cancelled, and each channel has its own',
    run: async (client) => {
      const connection = await client.connection();
      const [one, two] = [await connection.createChannel(), await connection.createChannel()];
      await one.assertQueue('own tags');
      const consume = (channel: Channel) => channel.consume('own tags', () => {}, { consumerTag: 'tag' });
      const first = await consume(one);
      const second = await consume(two);
      await one.cancel('tag');
      return [first, second, await consume(one), await one.checkQueue('own tags')];
    },
  },
  {
    name: 'cancelling an unknown tag is no error',
    run: async (client) => (await client.channel()).cancel('nobody'),
  },
  {
    name: 'a consumer is told of its queue: deleted, and gone with its owner',
    run: async (client) => {
      const channel = await client.channel();
      const seen: string[] = [];
      await channel.assertQueue('told');
      await noting(channel, 'told', seen, 'a');
      await noting(channel, 'told', seen, 'b');
      await (await client.channel()).deleteQueue('told');
      await until(() => seen.length === 2, 'not told');
      return seen.sort();
    },
  },
  {
    name: 'a quorum queue counts deliveries and marks what comes back',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await filled(channel, 'quorum counted', 1, { arguments: { 'x-queue-type': 'quorum' } });
      const seen: unknown[] = [];
      for (let round = 0; round < 3; round += 1) {
        const [message] = await take(channel, 'quorum counted', 1);
        seen.push([message?.fields.redelivered, message?.properties.headers?.['x-delivery-count'] ?? 'none']);
        channel.nack(message as ConsumeMessage, false, true);
        await holds(channel, 'quorum counted', 1);
      }
      return seen;
    },
  },
];
