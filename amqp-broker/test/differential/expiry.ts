import { bodies, drain, holds, type Scenario } from './observe.js';

/** When a queue notices that a message's time is over. */
export const expiry: Scenario[] = [
  {
    name: 'an expired message that overtakes others stays until the queue is read',
    async run(client) {
      const channel = await client.confirmChannel();
      await channel.assertQueue('overtaken', { maxPriority: 2 });
      channel.sendToQueue('overtaken', Buffer.from('low'));
      channel.sendToQueue('overtaken', Buffer.from('high'), { priority: 2, expiration: '0' });
      await channel.waitForConfirms();
      const before = await channel.checkQueue('overtaken');
      const first = await channel.get('overtaken', { noAck: true });
      const left = await channel.checkQueue('overtaken');
      await channel.deleteQueue('overtaken');
      return [before.messageCount, first && bodies([first]), left.messageCount];
    },
  },
  {
    name: 'an expired message behind others goes when a delivery of another one comes back',
    async run(client) {
      const channel = await client.confirmChannel();
      await channel.assertQueue('mixed', { maxPriority: 2 });
      channel.sendToQueue('mixed', Buffer.from('a'));
      channel.sendToQueue('mixed', Buffer.from('b'));
      await channel.waitForConfirms();
      const first = await channel.get('mixed');
      channel.sendToQueue('mixed', Buffer.from('high'), { priority: 2, expiration: '0' });
      await channel.waitForConfirms();
      const before = await channel.checkQueue('mixed');
      if (first) channel.nack(first);
      await holds(channel, 'mixed', 2);
      const seen = await drain(channel, 'mixed');
      await channel.deleteQueue('mixed');
      return [before.messageCount, seen];
    },
  },
  {
    name: 'an expired message behind others stays when a consumer is cancelled, and goes when its channel closes',
    async run(client) {
      const [channel, other] = [await client.confirmChannel(), await client.channel()];
      await channel.assertQueue('abandoned', { maxPriority: 2 });
      await channel.prefetch(1);
      const { consumerTag } = await channel.consume('abandoned', () => {});
      for (const body of ['held', 'waits']) channel.sendToQueue('abandoned', Buffer.from(body));
      channel.sendToQueue('abandoned', Buffer.from('high'), { priority: 2, expiration: '0' });
      await channel.waitForConfirms();
      const before = await channel.checkQueue('abandoned');
      await channel.cancel(consumerTag);
      const cancelled = await channel.checkQueue('abandoned');
      await channel.close();
      const seen = await drain(other, 'abandoned');
      await other.deleteQueue('abandoned');
      return [before.messageCount, cancelled.messageCount, seen];
    },
  },
];
