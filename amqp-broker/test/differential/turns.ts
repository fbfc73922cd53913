import type { Channel, ConsumeMessage, GetMessage } from 'amqplib';
import { bodies, type Client, holds, type Scenario, within } from './observe.js';

/** Whose turn it is when consumers come and go. */
export const turns: Scenario[] = [
  {
    name: 'of those who wait to be the single active consumer, the one with the highest priority is next',
    async run(client) {
      const channel = await client.confirmChannel();
      await channel.assertQueue('single', { arguments: { 'x-single-active-consumer': true } });
      const seen = new Seen();
      for (const [tag, priority] of [
        ['first', 0],
        ['low', 1],
        ['high', 5],
        ['high too', 5],
      ] as const) {
        await seen.consume(channel, 'single', tag, { priority, noAck: true });
      }
      for (const [count, leaves] of ['first', 'high', 'high too'].entries()) {
        channel.sendToQueue('single', Buffer.from(leaves));
        await seen.wait(count + 1);
        await channel.cancel(leaves);
      }
      channel.sendToQueue('single', Buffer.from('last'));
      await seen.wait(4);
      await channel.deleteQueue('single');
      // RabbitMQ's answer may overtake what it tells the consumer.
      await seen.wait(5);
      return seen.all;
    },
  },
  {
    name: 'what a single active consumer held comes back before the next one is served',
    async run(client) {
      const [active, next] = [await client.confirmChannel(), await client.confirmChannel()];
      await active.assertQueue('handed over', { arguments: { 'x-single-active-consumer': true } });
      await active.prefetch(2);
      const seen = new Seen();
      await seen.consume(active, 'handed over', 'active');
      await seen.consume(next, 'handed over', 'next');
      for (const body of ['1', '2', '3', '4']) active.sendToQueue('handed over', Buffer.from(body));
      await active.waitForConfirms();
      await seen.wait(2);
      await active.close();
      await seen.wait(6);
      await next.deleteQueue('handed over');
      await seen.wait(7);
      return seen.all;
    },
  },
  {
    name: 'what comes back and is too much has gone before a message comes that it pushed out of another queue',
    async run(client) {
      const [channel, consuming] = [await client.confirmChannel(), await client.channel()];
      const full = { deadLetterExchange: '', arguments: { 'x-max-length-bytes': 0 } };
      await channel.assertQueue('has no room', full);
      const one = { deadLetterExchange: '', arguments: { 'x-max-length-bytes': 4 } };
      await channel.assertQueue('has room for one', one);
      const seen = new Seen();
      await seen.consume(consuming, 'has no room', 'c');
      for (const [body, count] of [
        ['1...', 1],
        ['2...', 3],
      ] as const) {
        channel.sendToQueue('has room for one', Buffer.from(body), { CC: ['has no room'] });
        await channel.waitForConfirms();
        await seen.wait(count);
      }
      const second = { fields: { deliveryTag: 2 } } as ConsumeMessage;
      consuming.nack(second, true, true);
      await seen.wait(4);
      await holds(channel, 'has room for one', 1);
      await holds(channel, 'has no room', 0);
      return seen.all;
    },
  },
  {
    name: 'what comes back to a quorum queue stands before all others, in the order in which it came back',
    async run(client) {
      const [channel, other] = [await client.confirmChannel(), await client.channel()];
      // Without a limit RabbitMQ 3.10 puts it behind the others; RabbitMQ 4 always has one.
      const args = { 'x-queue-type': 'quorum', 'x-delivery-limit': 10 };
      await channel.assertQueue('coming back', { arguments: args });
      for (const body of ['1', '2', '3', '4', '5', '6']) channel.sendToQueue('coming back', Buffer.from(body));
      await channel.waitForConfirms();
      const held: GetMessage[] = [];
      while (held.length < 4) {
        const message = await channel.get('coming back');
        if (message) held.push(message);
      }
      const [first, second, third] = held as [GetMessage, GetMessage, GetMessage];
      for (const [index, message] of [second, first, third].entries()) {
        channel.nack(message);
        await holds(other, 'coming back', 3 + index);
      }
      await channel.close();
      await holds(other, 'coming back', 6);
      // The header x-delivery-count of what never came back, which is 0 in 3.10 and none in 4.x, is left out.
      const seen: unknown[] = [];
      while (seen.length < 6) {
        const message = await other.get('coming back', { noAck: true });
        if (message) seen.push([...bodies([message]), message.fields.redelivered]);
      }
      await other.deleteQueue('coming back');
      return seen;
    },
  },
  {
    name: 'consumers of a channel are told in the order of their tags that their queue is gone',
    async run(client) {
      const channel = await client.channel();
      await channel.assertQueue('gone');
      const seen = new Seen();
      for (const tag of ['c7', 'c13', 'b', 'a1']) await seen.consume(channel, 'gone', tag);
      await channel.deleteQueue('gone');
      await seen.wait(4);
      return seen.all;
    },
  },
  {
    name: 'a quorum queue refuses consumers of a channel with a window of its own',
    run: (client: Client) =>
      client.connectionError(async (channel) => {
        await channel.assertQueue('no window', { arguments: { 'x-queue-type': 'quorum' } });
        await channel.prefetch(5, true);
        await channel.consume('no window', () => {});
      }),
  },
  {
    name: 'who asks for direct replies without a consumer of replies hears of that first',
    run: (client: Client) =>
      client.channelError((channel) => {
        const options = { replyTo: 'amq.rabbitmq.reply-to', userId: 'nobody', expiration: 'soon' };
        channel.publish('', 'nobody', Buffer.from('question'), options);
      }),
  },
];

/** What several consumers saw, in order. */
class Seen {
  readonly all: unknown[] = [];
  private wake: () => void = () => {};

  async consume(channel: Channel, queue: string, consumerTag: string, options = {}): Promise<void> {
    const see = (message: ConsumeMessage | null) => {
      this.all.push(message === null ? [consumerTag, 'cancelled'] : [consumerTag, ...bodies([message])]);
      this.wake();
    };
    await channel.consume(queue, see, { consumerTag, ...options });
  }

  async wait(count: number): Promise<void> {
    while (this.all.length < count) {
      const more = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await within(more, `only ${this.all.length} of ${count}: ${JSON.stringify(this.all)}`);
    }
  }
}
