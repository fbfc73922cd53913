import type { Channel, ConsumeMessage } from 'amqplib';
import { type Client, type Scenario, within } from './observe.js';

const REPLY_TO = 'amq.rabbitmq.reply-to';

/** A channel that asks: it consumes replies, and has put one request into the queue. */
async function asking(client: Client, queue: string): Promise<{ asker: Channel; address: string; next: Replies }> {
  const asker = await client.channel();
  const next = new Replies();
  await asker.assertQueue(queue);
  await asker.consume(REPLY_TO, (message) => next.push(message), { noAck: true, consumerTag: 'replies' });
  asker.sendToQueue(queue, Buffer.from('question'), { replyTo: REPLY_TO, correlationId: '7' });
  const server = await client.channel();
  let request = await server.get(queue, { noAck: true });
  while (request === false) request = await server.get(queue, { noAck: true });
  return { asker, address: request.properties.replyTo, next };
}

class Replies {
  private readonly waiting: (ConsumeMessage | null)[] = [];
  private wake: () => void = () => {};

  push(message: ConsumeMessage | null): void {
    this.waiting.push(message);
    this.wake();
  }

  async take(): Promise<ConsumeMessage> {
    while (this.waiting.length === 0) {
      const arrival = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await within(arrival, 'no reply');
    }
    return this.waiting.shift() as ConsumeMessage;
  }
}

/** Addresses are random: they are told by the name that the request gave them. */
const told = (value: unknown, address: string) => JSON.parse(JSON.stringify(value).replaceAll(address, 'the address'));

const refused: readonly (readonly [string, (channel: Channel) => Promise<unknown> | unknown])[] = [
  ['consuming with acknowledgement', (channel) => channel.consume(REPLY_TO, () => {})],
  [
    'consuming twice',
    async (channel) => {
      await channel.consume(REPLY_TO, () => {}, { noAck: true });
      await channel.consume(REPLY_TO, () => {}, { noAck: true });
    },
  ],
  ['getting', (channel) => channel.get(REPLY_TO, { noAck: true })],
  ['purging', (channel) => channel.purgeQueue(REPLY_TO)],
  ['binding', (channel) => channel.bindQueue(REPLY_TO, 'amq.direct', 'k')],
  ['asking without consuming', (channel) => channel.sendToQueue('x', Buffer.from('x'), { replyTo: REPLY_TO })],
  ['an address that nobody has', (channel) => channel.checkQueue(`${REPLY_TO}.nobody`)],
];

/** Direct reply-to (RabbitMQ's extension). */
export const replies: Scenario[] = [
  ...refused.map(
    ([what, work]): Scenario => ({
      name: `direct replies, refused: ${what}`,
      run: (client) => client.channelError(work),
    }),
  ),
  {
    name: 'direct replies: a question and its answers',
    run: async (client) => {
      const { address, next } = await asking(client, 'questions');
      const server = await client.confirmChannel();
      const returned: unknown[] = [];
      server.on('return', (message) => returned.push(message.fields));
      server.sendToQueue(address, Buffer.from('first'), { correlationId: '7', headers: { a: 1 } });
      server.sendToQueue(address, Buffer.from('second'), { mandatory: true });
      server.publish('', 'nowhere', Buffer.from('copied'), { CC: address });
      await server.waitForConfirms();
      const answers = [await next.take(), await next.take(), await next.take()];
      const views = answers.map(({ fields, properties, content }) => ({ fields, properties, body: String(content) }));
      return told({ views, returned }, address);
    },
  },
  {
    name: 'direct replies: whether the asker still waits can be asked by declaring its address',
    run: async (client) => {
      const { asker, address } = await asking(client, 'asked');
      const server = await client.channel();
      const waits = [await server.checkQueue(address), await server.assertQueue(address)];
      await asker.cancel('replies');
      const gone = await client.channelError((other) => other.checkQueue(address));
      return told({ waits, gone, itself: await server.assertQueue(REPLY_TO) }, address);
    },
  },
  {
    name: 'direct replies: an asker that left gets nothing, and may come again',
    run: async (client) => {
      const { asker, address } = await asking(client, 'left');
      await asker.cancel('replies');
      await asker.consume(REPLY_TO, () => {}, { noAck: true });
      const server = await client.confirmChannel();
      const returned: unknown[] = [];
      server.on('return', (message) => returned.push(message.fields));
      server.sendToQueue(address, Buffer.from('late'), { mandatory: true });
      await server.waitForConfirms();
      return told({ returned, deleted: await server.deleteQueue(address) }, address);
    },
  },
  {
    name: 'direct replies: a reply uses up no delivery tag',
    run: async (client) => {
      const { asker, address, next } = await asking(client, 'tags');
      const server = await client.channel();
      for (const body of ['1', '2']) server.sendToQueue(address, Buffer.from(body));
      const tags = [(await next.take()).fields.deliveryTag, (await next.take()).fields.deliveryTag];
      asker.sendToQueue('tags', Buffer.from('x'));
      let got = await asker.get('tags');
      while (got === false) got = await asker.get('tags');
      return [...tags, got.fields.deliveryTag];
    },
  },
  {
    name: 'direct replies: the consumer tag is taken',
    run: (client) =>
      client.connectionError(async (channel) => {
        await channel.assertQueue('tag taken');
        await channel.consume('tag taken', () => {}, { consumerTag: 'mine' });
        await channel.consume(REPLY_TO, () => {}, { consumerTag: 'mine', noAck: true });
      }),
  },
];
