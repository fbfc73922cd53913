import { once } from 'node:events';
import type { ConsumeMessage } from 'amqplib';
import { FRAME } from '../../src/codec/frame.js';
import { RawClient } from '../support/raw-client.js';
import { bodies, type Client, type Scenario, take, within } from './observe.js';

/** What the own test suites of clients rely on, and no other scenario here shows. */
export const clientSuites: readonly Scenario[] = [
  {
    name: 'a connection that its client closed answers a second close, until the client ends the socket',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      const close = () => raw.method(0, 'connection.close', { replyCode: 200, replyText: '', classId: 0, methodId: 0 });
      close();
      await raw.next('connection.close-ok');
      close();
      await within(raw.next('connection.close-ok'), 'the second close was not answered');
      const left = raw.closed;
      raw.socket.end();
      await within(raw.end(), 'the socket was not ended');
      return { left };
    },
  },
  {
    name: 'line breaks are no part of the names that are declared, bound and deleted',
    run: async (client) => {
      const channel = await client.channel();
      const queue = await channel.assertQueue('broken\r\n name\n', { durable: false, exclusive: true });
      await channel.checkQueue('broken\n name');
      await channel.assertExchange('broken\nexchange', 'fanout', { durable: false });
      await channel.checkExchange('broken\rexchange');
      await channel.bindQueue('broken\n name', 'broken\nexchange', '');
      await channel.bindExchange('amq.\nfanout', 'broken\nexchange', '');
      channel.publish('brokenexchange', '', Buffer.from('bound'));
      const got = bodies(await take(channel, queue.queue, 1, { noAck: true }));
      await channel.unbindQueue('broken\n name', 'broken\nexchange', '');
      await channel.unbindExchange('amq.\nfanout', 'broken\nexchange', '');
      await channel.deleteExchange('broken\nexchange');
      const errors = [];
      for (const work of lockedNames) errors.push(await client.channelError(work));
      const unnamed = await channel.assertQueue('\n', { exclusive: true });
      return { queue, got, errors, unnamed: unnamed.queue.startsWith('amq.gen-') };
    },
  },
  {
    name: 'line breaks are part of the names that are read from, purged and published to',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('unbroken', { durable: false, exclusive: true });
      channel.sendToQueue('un\nbroken', Buffer.from('to nobody'));
      const { messageCount } = await channel.checkQueue('unbroken');
      return {
        messageCount,
        get: await client.channelError((other) => other.get('un\nbroken')),
        consume: await client.channelError((other) => other.consume('un\nbroken', () => {})),
        purge: await client.channelError((other) => other.purgeQueue('un\nbroken')),
        publish: await client.channelError((other) => other.publish('amq.\nfanout', '', Buffer.alloc(0))),
      };
    },
  },
  {
    name: 'a consumer without acknowledgements waits for room in the window of its channel, and takes none',
    run: async (client) => {
      const channel = await client.channel();
      await channel.prefetch(1, true);
      const [slow, free] = await Promise.all(['', ''].map((name) => channel.assertQueue(name, { exclusive: true })));
      const slowly: ConsumeMessage[] = [];
      const freely: ConsumeMessage[] = [];
      await channel.consume(slow?.queue ?? '', (message) => message && slowly.push(message));
      await channel.consume(free?.queue ?? '', (message) => message && freely.push(message), { noAck: true });
      await publishTo(client, slow?.queue, ['one']);
      await within(
        until(() => slowly.length === 1),
        'nothing came',
      );
      await publishTo(client, free?.queue, ['two', 'three']);
      const waiting = (await channel.checkQueue(free?.queue ?? '')).messageCount;
      channel.ack(slowly[0] as ConsumeMessage);
      await within(
        until(() => freely.length === 2),
        'what waited for room did not come',
      );
      return { waiting, came: bodies(freely) };
    },
  },
  {
    name: 'consumers of one queue take turns in the window of their channel',
    run: async (client) => {
      const channel = await client.channel();
      await channel.prefetch(1, true);
      const { queue } = await channel.assertQueue('', { exclusive: true });
      const turns: string[] = [];
      const consume = (consumerTag: string) =>
        channel.consume(
          queue,
          (message) => {
            if (message === null) return;
            turns.push(consumerTag);
            channel.ack(message);
          },
          { consumerTag },
        );
      await consume('first');
      await consume('second');
      await publishTo(client, queue, Array.from({ length: 10 }, String));
      await within(
        until(() => turns.length === 10),
        'not all came',
      );
      return { both: new Set(turns).size };
    },
  },
  {
    name: 'no queue is left behind in the window of a channel',
    run: async (client) => {
      const channel = await client.channel();
      const queues = await Promise.all([1, 2, 3].map(() => channel.assertQueue('', { exclusive: true })));
      for (const { queue } of queues) await publishTo(client, queue, Array.from({ length: 60 }, String));
      await channel.prefetch(1, true);
      const served = new Set<string>();
      let count = 0;
      for (const { queue } of queues) {
        await channel.consume(queue, (message) => {
          if (message === null || count === 60) return;
          count += 1;
          served.add(queue);
          channel.ack(message);
        });
      }
      await within(
        until(() => count === 60),
        'not enough came',
      );
      return { served: served.size };
    },
  },
  {
    name: 'what no queue takes is confirmed one by one, in order with what is returned',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'confirm.select', { noWait: false });
      await raw.next('confirm.select-ok');
      for (const mandatory of [false, true, false, false, true]) publishToNobody(raw, mandatory);
      while (raw.received.filter((each) => each.kind === 'method').length < 7) {
        await within(once(raw.socket, 'data'), 'not all was confirmed');
      }
      return raw.received.flatMap((each) => {
        if (each.kind !== 'method') return [];
        return each.method.method === 'basic.ack'
          ? [`ack ${each.method.deliveryTag} ${each.method.multiple}`]
          : [each.method.method];
      });
    },
  },
  {
    name: 'heartbeats come at every half of the interval, the first although the handshake has just ended',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url, undefined, { heartbeat: 4 });
      const openedAt = Date.now();
      const beats = () => raw.received.filter(({ kind }) => kind === 'heartbeat').length;
      while (beats() < 2) await within(once(raw.socket, 'data'), 'too few heartbeats came');
      return { soon: Date.now() - openedAt < 5_500 };
    },
  },
  {
    name: 'the address of direct replies ends with a secret in base64',
    run: async (client) => {
      const channel = await client.channel();
      await channel.consume('amq.rabbitmq.reply-to', () => {}, { noAck: true });
      const { queue } = await channel.assertQueue('', { exclusive: true });
      channel.sendToQueue(queue, Buffer.from('question'), { replyTo: 'amq.rabbitmq.reply-to' });
      const [message] = await take(channel, queue, 1, { noAck: true });
      return /^amq\.rabbitmq\.reply-to\.[^.]+\.[\w+/]{22}==$/.test(message?.properties.replyTo ?? '');
    },
  },
  ...['none', 'test', 'true', 'unknown', 'x', '', 'bogus', 'nonexistent', 'Direct', 'x-consistent-hash'].map(
    (type): Scenario => ({
      name: `an exchange of the type '${type}' is refused`,
      run: async ({ url }) => {
        await using raw = await RawClient.open(url);
        raw.method(1, 'exchange.declare', { ...EXCHANGE, type });
        const { replyCode, replyText } = await raw.next('connection.close');
        return { replyCode, replyText };
      },
    }),
  ),
];

const EXCHANGE = {
  reserved1: 0,
  exchange: 'of a type that is none',
  passive: false,
  durable: false,
  autoDelete: false,
  internal: false,
  noWait: false,
  arguments: new Map(),
};

const lockedNames: ((channel: Awaited<ReturnType<Client['channel']>>) => Promise<unknown>)[] = [
  (channel) => channel.assertQueue('am\nq.mine'),
  (channel) => channel.assertExchange('am\nq.mine', 'fanout'),
  (channel) => channel.assertExchange('\n', 'fanout'),
  (channel) => channel.deleteExchange('amq\n.topic'),
];

function publishToNobody(raw: RawClient, mandatory: boolean): void {
  raw.method(1, 'basic.publish', { reserved1: 0, exchange: '', routingKey: 'nobody', mandatory, immediate: false });
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  raw.frame(FRAME.HEADER, 1, header);
}

/** Publishes on a channel of its own, and waits until all is in the queue. */
async function publishTo(client: Client, queue = '', texts: readonly string[] = []): Promise<void> {
  const channel = await client.confirmChannel();
  for (const text of texts) channel.sendToQueue(queue, Buffer.from(text));
  await channel.waitForConfirms();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
