import { once } from 'node:events';
import type { Message } from 'amqplib';
import { drain, holds, type Scenario, view, within } from './observe.js';

const KEYS = ['', '.', 'a', 'a.', '.a', 'a.b', 'a..b', 'a.b.c', 'b.c', 'a.b.c.d', '#', '*', 'a.*'];
const PATTERNS = [
  '',
  '#',
  '*',
  '*.*',
  'a',
  'a.#',
  'a.*',
  '#.c',
  '*.b.#',
  'a.*.c',
  '#.#',
  '#.*',
  'a.#.b',
  '*.',
  '.a',
  'a..b',
  '#.b.#',
];

/** Routing, returns, confirms, properties, limits. */
export const publishing: Scenario[] = [
  {
    name: 'properties and headers arrive as they were sent',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('whole');
      channel.sendToQueue('whole', Buffer.from('body'), {
        contentType: 'text/plain',
        contentEncoding: 'utf-8',
        headers: {
          text: 'é',
          number: 7,
          big: 2 ** 40,
          real: 1.5,
          yes: true,
          none: null,
          list: [1, 'two', [3]],
          nested: { a: { b: 1 } },
        },
        deliveryMode: 2,
        priority: 3,
        correlationId: 'c',
        replyTo: 'r',
        messageId: 'm',
        timestamp: 1_700_000_000,
        type: 't',
        userId: 'guest',
        appId: 'app',
      });
      return drain(channel, 'whole');
    },
  },
  {
    name: 'empty and large bodies arrive whole',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('sizes');
      const sizes = [0, 1, 131_063, 131_064, 131_065, 262_128, 1_000_000];
      for (const size of sizes) channel.sendToQueue('sizes', Buffer.alloc(size, 'x'));
      const lengths: number[] = [];
      for (const _ of sizes) {
        const message = await channel.get('sizes', { noAck: true });
        if (message !== false && message.content.every((octet) => octet === 120)) lengths.push(message.content.length);
      }
      return lengths;
    },
  },
  {
    name: 'a topic exchange matches words, one word, any words',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('words', 'topic');
      for (const pattern of PATTERNS) {
        await channel.assertQueue(`words ${pattern}`);
        await channel.bindQueue(`words ${pattern}`, 'words', pattern);
      }
      for (const key of KEYS) channel.publish('words', key, Buffer.from(key));
      const matched: Record<string, unknown[]> = {};
      for (const pattern of PATTERNS) {
        matched[pattern] = (await drain(channel, `words ${pattern}`)).map(
          (message) => (message as { body: string }).body,
        );
      }
      return matched;
    },
  },
  {
    name: 'a queue bound twice gets one copy',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('twice', 'topic');
      await channel.assertQueue('once');
      await channel.bindQueue('once', 'twice', 'a.*');
      await channel.bindQueue('once', 'twice', '*.b');
      await channel.bindQueue('once', 'twice', 'a.*');
      channel.publish('twice', 'a.b', Buffer.from('one'));
      const first = await drain(channel, 'once');
      await channel.unbindQueue('once', 'twice', 'a.*');
      channel.publish('twice', 'a.b', Buffer.from('still'));
      channel.publish('twice', 'a.c', Buffer.from('no more'));
      return [first, await drain(channel, 'once')];
    },
  },
  {
    name: 'a headers exchange matches all or any',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('heads', 'headers');
      const bindings: Record<string, Record<string, unknown>> = {
        all: { 'x-match': 'all', a: 1, b: 'x' },
        any: { 'x-match': 'any', a: 1, b: 'x' },
        neither: {},
        noneButAny: { 'x-match': 'any' },
        withX: { 'x-match': 'all-with-x', 'x-a': 1 },
        ignoresX: { 'x-match': 'all', 'x-a': 2, a: 1 },
      };
      for (const [name, args] of Object.entries(bindings)) {
        await channel.assertQueue(`heads ${name}`);
        await channel.bindQueue(`heads ${name}`, 'heads', '', args);
      }
      const sent = [{}, { a: 1 }, { a: 1, b: 'x' }, { a: 2, b: 'x' }, { 'x-a': 1 }, { a: '1' }];
      for (const headers of sent) channel.publish('heads', '', Buffer.from(JSON.stringify(headers)), { headers });
      const matched: Record<string, unknown[]> = {};
      for (const name of Object.keys(bindings)) {
        matched[name] = (await drain(channel, `heads ${name}`)).map((message) => (message as { body: string }).body);
      }
      return matched;
    },
  },
  {
    name: 'exchanges bound in a circle route once',
    run: async (client) => {
      const channel = await client.channel();
      for (const name of ['round a', 'round b']) await channel.assertExchange(name, 'fanout');
      await channel.bindExchange('round a', 'round b', '');
      await channel.bindExchange('round b', 'round a', '');
      await channel.assertQueue('round');
      await channel.bindQueue('round', 'round a', '');
      await channel.bindQueue('round', 'round b', '');
      channel.publish('round a', 'key', Buffer.from('1'));
      const once = await drain(channel, 'round');
      await channel.unbindExchange('round b', 'round a', '');
      channel.publish('round a', 'key', Buffer.from('2'));
      return [once, await drain(channel, 'round')];
    },
  },
  {
    name: 'an alternate exchange takes what finds no queue',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertExchange('lost', 'fanout');
      await channel.assertExchange('main', 'direct', { alternateExchange: 'lost' });
      await channel.assertQueue('lost and found');
      await channel.bindQueue('lost and found', 'lost', '');
      channel.publish('main', 'nowhere', Buffer.from('1'), { mandatory: true });
      return drain(channel, 'lost and found');
    },
  },
  {
    name: 'CC and BCC are further routing keys',
    run: async (client) => {
      const channel = await client.channel();
      for (const name of ['cc 1', 'cc 2', 'cc 3']) await channel.assertQueue(name);
      channel.sendToQueue('cc 1', Buffer.from('x'), { CC: ['cc 2'], BCC: ['cc 3'] });
      return [await drain(channel, 'cc 1'), await drain(channel, 'cc 2'), await drain(channel, 'cc 3')];
    },
  },
  {
    name: 'a mandatory message without a queue comes back before its confirm',
    run: async (client) => {
      const channel = await client.confirmChannel();
      const events: unknown[] = [];
      channel.on('return', (message: Message) => {
        const { replyCode, replyText } = message.fields as unknown as { replyCode: number; replyText: string };
        events.push({ replyCode, replyText, message: view(message as never) });
      });
      channel.publish('amq.direct', 'nowhere', Buffer.from('x'), { mandatory: true, headers: { a: 1 } }, (error) =>
        events.push(error === null ? 'confirmed' : 'refused'),
      );
      channel.publish('amq.direct', 'nowhere', Buffer.from('y'), {}, (error) =>
        events.push(error === null ? 'confirmed' : 'refused'),
      );
      await channel.waitForConfirms();
      return events;
    },
  },
  {
    name: 'a full queue drops its oldest',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('short', { maxLength: 2 });
      for (const body of ['1', '2', '3', '4']) channel.sendToQueue('short', Buffer.from(body));
      return drain(channel, 'short');
    },
  },
  {
    name: 'a queue full by bytes drops its oldest',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('light', { arguments: { 'x-max-length-bytes': 10 } });
      for (const body of ['12345', '67890', 'abc', 'a body longer than the queue'])
        channel.sendToQueue('light', Buffer.from(body));
      return drain(channel, 'light');
    },
  },
  {
    name: 'a full queue refuses what it is told to refuse',
    run: async (client) => {
      const channel = await client.confirmChannel();
      await channel.assertQueue('strict', { maxLength: 2, arguments: { 'x-overflow': 'reject-publish' } });
      const outcomes: string[] = [];
      for (const body of ['1', '2', '3']) {
        const confirmed = new Promise<void>((resolve) => {
          channel.sendToQueue('strict', Buffer.from(body), {}, (error) => {
            outcomes.push(error === null ? 'confirmed' : 'refused');
            resolve();
          });
        });
        await within(confirmed, 'no confirm');
      }
      return [outcomes, await drain(channel, 'strict')];
    },
  },
  {
    name: 'expired messages are gone, each at the head of the queue',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('brief', { messageTtl: 50 });
      channel.sendToQueue('brief', Buffer.from('1'));
      await holds(channel, 'brief', 0);
      await channel.assertQueue('own time');
      channel.sendToQueue('own time', Buffer.from('stays'));
      channel.sendToQueue('own time', Buffer.from('goes'), { expiration: 1 });
      channel.sendToQueue('own time', Buffer.from('stays too'));
      const bodies: string[] = [];
      for (let count = 0; count < 2; count += 1) {
        const message = await channel.get('own time', { noAck: true });
        if (message !== false) bodies.push(message.content.toString());
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      return [bodies, (await channel.checkQueue('own time')).messageCount];
    },
  },
  {
    name: 'an unused queue expires',
    run: async (client) => {
      const channel = await client.channel();
      await channel.assertQueue('unused', { expires: 100 });
      await new Promise((resolve) => setTimeout(resolve, 600));
      return client.channelError((other) => other.checkQueue('unused'));
    },
  },
  {
    name: 'publishing to an exchange that is not there ends the channel',
    run: (client) => client.channelError((channel) => void channel.publish('nowhere', 'key', Buffer.from('x'))),
  },
  {
    name: 'a message of another user ends the channel',
    run: (client) =>
      client.channelError((channel) => void channel.publish('', 'key', Buffer.from('x'), { userId: 'somebody' })),
  },
  ...['soon', '10x', '-1', '', '1.5', '+5x', ' 5'].map(
    (expiration): Scenario => ({
      name: `the expiration "${expiration}" ends the channel`,
      run: (client) =>
        client.channelError((channel) => void channel.publish('', 'key', Buffer.from('x'), { expiration })),
    }),
  ),
  {
    name: 'publishing to an internal exchange ends the channel',
    run: (client) =>
      client.channelError(async (channel) => {
        await channel.assertExchange('inner', 'direct', { internal: true });
        channel.publish('inner', 'key', Buffer.from('x'));
        await once(channel, 'close');
      }),
  },
];
