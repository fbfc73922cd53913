import { RawClient } from '../support/raw-client.js';
import { drain, holds, type Scenario } from './observe.js';

const QUEUE = {
  reserved1: 0,
  queue: '',
  passive: false,
  durable: false,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map(),
};
const PUBLISH = { reserved1: 0, exchange: '', routingKey: '', mandatory: false, immediate: false };

function publish(raw: RawClient, body: string, options: Partial<typeof PUBLISH>): void {
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  header.writeUInt32BE(body.length, 8);
  raw.method(1, 'basic.publish', { ...PUBLISH, ...options });
  raw.frame(2, 1, header);
  raw.frame(3, 1, Buffer.from(body));
}

const select = (raw: RawClient) => raw.method(1, 'tx.select', {});
const commit = (raw: RawClient) => raw.method(1, 'tx.commit', {});
const rollback = (raw: RawClient) => raw.method(1, 'tx.rollback', {});
const ack = (raw: RawClient, deliveryTag: number, multiple = false) =>
  raw.method(1, 'basic.ack', { deliveryTag, multiple });
const nack = (raw: RawClient, deliveryTag: number, requeue: boolean) =>
  raw.method(1, 'basic.nack', { deliveryTag, multiple: false, requeue });
const declare = (raw: RawClient, queue: string) => raw.method(1, 'queue.declare', { ...QUEUE, queue });
const remove = (raw: RawClient, queue: string) =>
  raw.method(1, 'queue.delete', { reserved1: 0, queue, ifUnused: false, ifEmpty: false, noWait: false });

/** The queue with so many messages in it. */
async function filled(raw: RawClient, queue: string, count: number): Promise<void> {
  declare(raw, queue);
  await raw.next('queue.declare-ok');
  for (let number = 1; number <= count; number += 1) publish(raw, String(number), { routingKey: queue });
}

/** Gets so many messages; answers their tags, whether they were delivered before, and how many are left. */
async function get(raw: RawClient, queue: string, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  for (let number = 0; number < count; number += 1) {
    raw.method(1, 'basic.get', { reserved1: 0, queue, noAck: false });
    const { deliveryTag, redelivered, messageCount } = await raw.next('basic.get-ok');
    got.push({ deliveryTag, redelivered, messageCount });
  }
  return got;
}

async function count(raw: RawClient, queue: string): Promise<number> {
  raw.method(1, 'queue.declare', { ...QUEUE, queue, passive: true });
  return (await raw.next('queue.declare-ok')).messageCount;
}

/** What was received since, methods by their names. */
const seen = (raw: RawClient) => raw.received.map((each) => (each.kind === 'method' ? each.method : each.kind));

/** Steps that end with an exception, which is compared with all that came before it. */
const failing: readonly (readonly [string, (raw: RawClient) => void | Promise<void>])[] = [
  ['a commit without a transaction', commit],
  ['a rollback without a transaction', rollback],
  [
    'a transaction on a channel with confirms',
    (raw) => {
      raw.method(1, 'confirm.select', { noWait: true });
      select(raw);
    },
  ],
  [
    'confirms on a channel with transactions',
    (raw) => {
      select(raw);
      raw.method(1, 'confirm.select', { noWait: false });
    },
  ],
  [
    'a publish to an exchange that is not there, before its commit',
    (raw) => {
      select(raw);
      publish(raw, 'x', { exchange: 'never' });
    },
  ],
  [
    'an unknown delivery tag in a transaction',
    (raw) => {
      select(raw);
      ack(raw, 3);
    },
  ],
  [
    'settling twice in one transaction',
    async (raw) => {
      await filled(raw, 'tx settled twice', 2);
      await get(raw, 'tx settled twice', 1);
      select(raw);
      ack(raw, 1);
      ack(raw, 1);
    },
  ],
  [
    'a commit that a full queue refuses in part',
    async (raw) => {
      raw.method(1, 'queue.declare', {
        ...QUEUE,
        queue: 'tx full',
        arguments: new Map([
          ['x-max-length', { type: 'signedint', value: 1 }],
          ['x-overflow', { type: 'longstr', value: 'reject-publish' }],
        ]),
      });
      await raw.next('queue.declare-ok');
      select(raw);
      publish(raw, '1', { routingKey: 'tx full' });
      publish(raw, '2', { routingKey: 'tx full' });
      commit(raw);
    },
  ],
];

/** The tx class: select, commit, rollback. */
export const transactions: Scenario[] = [
  ...failing.map(
    ([what, work]): Scenario => ({
      name: `transactions, refused: ${what}`,
      run: async ({ url }) => {
        await using raw = await RawClient.open(url);
        await work(raw);
        const { replyCode, replyText, classId, methodId } = await raw.next('channel.close');
        return { replyCode, replyText, classId, methodId };
      },
    }),
  ),
  {
    name: 'transactions: selecting twice, empty commits and rollbacks',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      for (const step of [select, select, commit, commit, rollback]) step(raw);
      await raw.next('tx.rollback-ok');
      return seen(raw);
    },
  },
  {
    name: 'transactions: publishes come with the commit, and a rollback forgets them',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx published', 0);
      select(raw);
      publish(raw, '1', { routingKey: 'tx published' });
      publish(raw, '2', { routingKey: 'tx published' });
      const before = await count(raw, 'tx published');
      commit(raw);
      await raw.next('tx.commit-ok');
      const committed = await count(raw, 'tx published');
      publish(raw, '3', { routingKey: 'tx published' });
      rollback(raw);
      commit(raw);
      await raw.next('tx.commit-ok');
      return [before, committed, await count(raw, 'tx published')];
    },
  },
  {
    name: 'transactions: what cannot be routed is returned by the commit',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      select(raw);
      publish(raw, 'x', { routingKey: 'nowhere at all', mandatory: true });
      await raw.next('tx.select-ok');
      // Answered before the commit, with nothing in between.
      raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 0, global: false });
      await raw.next('basic.qos-ok');
      const early = seen(raw);
      commit(raw);
      await raw.next('tx.commit-ok');
      return [early, seen(raw)];
    },
  },
  {
    name: 'transactions: a queue that goes before the commit, and one that comes',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx going', 0);
      select(raw);
      publish(raw, 'x', { routingKey: 'tx going', mandatory: true });
      publish(raw, 'x', { routingKey: 'tx coming', mandatory: true });
      remove(raw, 'tx going');
      declare(raw, 'tx coming');
      commit(raw);
      await raw.next('tx.commit-ok');
      const answers = seen(raw);
      raw.received.length = 0;
      return [answers, await count(raw, 'tx coming')];
    },
  },
  {
    name: 'transactions: a binding that comes before the commit and after the publish is too late',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx bound late', 0);
      select(raw);
      publish(raw, 'x', { exchange: 'amq.direct', routingKey: 'tx late' });
      raw.method(1, 'queue.bind', {
        reserved1: 0,
        queue: 'tx bound late',
        exchange: 'amq.direct',
        routingKey: 'tx late',
        noWait: true,
        arguments: new Map(),
      });
      commit(raw);
      await raw.next('tx.commit-ok');
      return await count(raw, 'tx bound late');
    },
  },
  {
    name: 'transactions: a rollback undoes settling, which may be done anew',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx settled', 3);
      const got = await get(raw, 'tx settled', 3);
      select(raw);
      ack(raw, 1);
      nack(raw, 2, true);
      nack(raw, 3, false);
      rollback(raw);
      await raw.next('tx.rollback-ok');
      const after = await count(raw, 'tx settled');
      ack(raw, 1);
      nack(raw, 2, true);
      nack(raw, 3, false);
      commit(raw);
      await raw.next('tx.commit-ok');
      return [got, after, await count(raw, 'tx settled'), await get(raw, 'tx settled', 1)];
    },
  },
  {
    name: 'transactions: what is settled alike, one after the other, goes in the order of its delivery',
    run: async (client) => {
      await using raw = await RawClient.open(client.url);
      const channel = await client.channel();
      await channel.assertQueue('tx alike', { deadLetterExchange: '', deadLetterRoutingKey: 'tx alike dead' });
      await channel.assertQueue('tx alike dead');
      for (const body of ['1', '2', '3', '4', '5']) publish(raw, body, { routingKey: 'tx alike' });
      await get(raw, 'tx alike', 5);
      select(raw);
      nack(raw, 3, false);
      nack(raw, 1, false);
      ack(raw, 4);
      nack(raw, 5, false);
      nack(raw, 2, false);
      commit(raw);
      await raw.next('tx.commit-ok');
      await holds(channel, 'tx alike dead', 4);
      return drain(channel, 'tx alike dead');
    },
  },
  {
    name: 'transactions: recovering leaves alone what the transaction settled',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx recovered', 2);
      await get(raw, 'tx recovered', 2);
      select(raw);
      ack(raw, 1);
      raw.method(1, 'basic.recover', { requeue: true });
      await raw.next('basic.recover-ok');
      const recovered = await count(raw, 'tx recovered');
      commit(raw);
      await raw.next('tx.commit-ok');
      return [recovered, await count(raw, 'tx recovered')];
    },
  },
  {
    name: 'transactions: a channel that closes takes its transaction with it',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx left', 2);
      await get(raw, 'tx left', 2);
      select(raw);
      ack(raw, 2, true);
      publish(raw, '3', { routingKey: 'tx left' });
      raw.method(1, 'channel.close', { replyCode: 200, replyText: 'bye', classId: 0, methodId: 0 });
      await raw.next('channel.close-ok');
      raw.method(1, 'channel.open', { reserved1: '' });
      await raw.next('channel.open-ok');
      return await get(raw, 'tx left', 2);
    },
  },
  {
    name: 'transactions: a window opens with the commit, not with the acknowledgement',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      await filled(raw, 'tx window', 2);
      select(raw);
      raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 1, global: false });
      raw.method(1, 'basic.consume', {
        reserved1: 0,
        queue: 'tx window',
        consumerTag: 'windowed',
        noLocal: false,
        noAck: false,
        exclusive: false,
        noWait: true,
        arguments: new Map(),
      });
      const first = await raw.next('basic.deliver');
      ack(raw, 1);
      const waiting = await count(raw, 'tx window');
      commit(raw);
      await raw.next('tx.commit-ok');
      return [first, waiting, await raw.next('basic.deliver')];
    },
  },
];
