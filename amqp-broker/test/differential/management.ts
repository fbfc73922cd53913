import amqplib from 'amqplib';
import { RawClient } from '../support/raw-client.js';
import { call, comparable, eventually, type Json, list, pick, within } from './management-calls.js';
import { drain, type Scenario } from './observe.js';

const PUBLISHED = { properties: {}, payload: 'hello', payload_encoding: 'string' };
const TAKEN = { count: 10, ackmode: 'ack_requeue_false', encoding: 'auto' };

/** The management HTTP API, and what only it can do: virtual hosts, closing connections. */
export const management: Scenario[] = [
  {
    name: 'management: nobody gets in without a password, or with a wrong one',
    run: async (client) => {
      const answers: unknown[] = [];
      for (const headers of [{}, { authorization: `Basic ${btoa('guest:wrong')}` }] as Record<string, string>[]) {
        const response = await fetch(`${client.management}/api/overview`, { headers });
        answers.push(response.status, response.headers.get('www-authenticate'), await response.text());
      }
      return answers;
    },
  },
  {
    name: 'management: who I am, and what I may do',
    run: async (client) => [
      await call(client, 'GET', 'whoami'),
      await call(client, 'GET', 'users'),
      await call(client, 'GET', 'users/nobody'),
      await call(client, 'GET', 'permissions/%2F/guest'),
    ],
  },
  {
    name: 'management: unknown paths and methods',
    run: async (client) => [
      await call(client, 'GET', 'nothing'),
      await call(client, 'GET', 'vhosts/never'),
      await call(client, 'GET', 'queues/never'),
      await call(client, 'GET', 'connections/never'),
      await call(client, 'DELETE', 'connections/never'),
      await call(client, 'POST', 'vhosts', {}),
    ],
  },
  {
    name: 'management: virtual hosts come and go',
    run: async (client) => [
      await call(client, 'PUT', 'vhosts/coming'),
      await call(client, 'PUT', 'vhosts/coming'),
      (await list(client, 'vhosts')).map(({ name }) => name).includes('coming'),
      await call(client, 'GET', 'vhosts/coming'),
      await call(client, 'PUT', 'permissions/coming/guest', { configure: '.*', write: '.*', read: '.*' }),
      await call(client, 'DELETE', 'vhosts/coming'),
      await call(client, 'DELETE', 'vhosts/coming'),
      await amqplib.connect(`${client.url}/coming`).catch((error: Error) => error.message),
    ],
  },
  within('virtual hosts do not see one another', async (client, vhost) => {
    const there = await (await client.connection(`/${vhost}`)).createChannel();
    const here = await client.channel();
    await there.assertQueue('apart');
    await here.assertQueue('apart', { durable: false });
    await there.assertExchange('apart', 'topic');
    await here.assertExchange('apart', 'direct');
    there.sendToQueue('apart', Buffer.from('there'));
    here.sendToQueue('apart', Buffer.from('here'));
    return [await drain(there, 'apart'), await drain(here, 'apart')];
  }),
  within('errors name the virtual host', async (client, vhost) => {
    const connection = await client.connection(`/${vhost}`);
    const texts: string[] = [];
    for (const work of [
      (channel: amqplib.Channel) => channel.checkQueue('never'),
      (channel: amqplib.Channel) => channel.assertQueue('bad', { arguments: { 'x-max-length': 'long' } }),
      (channel: amqplib.Channel) => channel.deleteExchange('amq.direct'),
    ]) {
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      texts.push(await work(channel).then(String, (error: Error) => error.message));
    }
    return texts;
  }),
  {
    name: 'management: a deleted virtual host closes its connections',
    run: async (client) => {
      await call(client, 'PUT', 'vhosts/closing');
      await using raw = await RawClient.open(client.url, undefined, { virtualHost: 'closing' });
      await eventually(client, 'connections', ({ vhost }) => vhost === 'closing');
      const deleted = await call(client, 'DELETE', 'vhosts/closing');
      const { replyCode, replyText } = await raw.next('connection.close');
      // RabbitMQ says the one or the other, whichever of its processes is first.
      return [deleted, replyCode, replyText.replace(/is (down|deleted)$/, 'is gone')];
    },
  },
  {
    name: 'management: a connection is shown and closed',
    run: async (client) => {
      const connection = await amqplib.connect(client.url, { clientProperties: { connection_name: 'to be closed' } });
      connection.on('error', () => {});
      const channel = await connection.createConfirmChannel();
      await channel.prefetch(3);
      const gone = new Promise<void>((resolve) => connection.once('close', () => resolve()));
      const mine = (item: Json) => item.user_provided_name === 'to be closed';
      const shown = await eventually(client, 'connections', (item) => mine(item) && item.channels === 1);
      const path = `connections/${encodeURIComponent(String(shown.name))}`;
      const number = await eventually(client, 'channels', ({ name }) => name === `${shown.name} (1)`);
      const closed = await call(client, 'DELETE', path);
      await gone;
      return [
        pick(shown, [
          'vhost',
          'user',
          'protocol',
          'state',
          'type',
          'auth_mechanism',
          'frame_max',
          'channel_max',
          'ssl',
        ]),
        (shown.client_properties as Json).product,
        pick(number, ['number', 'vhost', 'user', 'confirm', 'transactional']),
        closed,
      ];
    },
  },
  {
    name: 'management: the reason for closing is told',
    run: async (client) => {
      const texts: unknown[] = [];
      for (const reason of [undefined, 'enough']) {
        await using raw = await RawClient.open(client.url);
        const port = raw.socket.localPort;
        const { name } = await eventually(client, 'connections', ({ peer_port: peer }) => peer === port);
        await fetch(`${client.management}/api/connections/${encodeURIComponent(String(name))}`, {
          method: 'DELETE',
          headers: {
            authorization: `Basic ${btoa('guest:guest')}`,
            ...(reason === undefined ? {} : { 'x-reason': reason }),
          },
        });
        texts.push(await raw.next('connection.close'));
      }
      return texts;
    },
  },
  within('queues are declared, shown and deleted', async (client, vhost) => {
    const path = `queues/${vhost}/listed`;
    const steps: unknown[] = [
      await call(client, 'PUT', path, { durable: true, arguments: { 'x-max-length': 10 } }),
      await call(client, 'PUT', path, { durable: true, arguments: { 'x-max-length': 10 } }),
      await call(client, 'PUT', path, { durable: false }),
      await call(client, 'PUT', `queues/${vhost}/bad`, { arguments: { 'x-max-length': 'long' } }),
      await call(client, 'PUT', `queues/${vhost}/amq.mine`, {}),
      await call(client, 'PUT', 'queues/never/q', {}),
      await call(client, 'PUT', path, '{'),
    ];
    const shown = await eventually(client, `queues/${vhost}`, ({ name }) => name === 'listed');
    steps.push(pick(shown, ['name', 'vhost', 'durable', 'auto_delete', 'exclusive', 'arguments']));
    const gone = await call(client, 'DELETE', path);
    return [...steps, gone, await call(client, 'GET', path), await call(client, 'DELETE', path)];
  }),
  within('queues in use are not deleted', async (client, vhost) => {
    const channel = await (await client.connection(`/${vhost}`)).createConfirmChannel();
    await channel.assertQueue('used');
    channel.sendToQueue('used', Buffer.from('x'));
    await channel.waitForConfirms();
    const full = await call(client, 'DELETE', `queues/${vhost}/used?if-empty=true`);
    await channel.consume('used', () => {});
    const used = await call(client, 'DELETE', `queues/${vhost}/used?if-unused=true`);
    return [full, used, await call(client, 'DELETE', `queues/${vhost}/used`)];
  }),
  within('exchanges are declared, shown and deleted', async (client, vhost) => {
    const path = `exchanges/${vhost}/shown`;
    return [
      await call(client, 'PUT', path, { type: 'topic', durable: true, internal: true }),
      await call(client, 'PUT', path, { type: 'topic', durable: true, internal: true }),
      await call(client, 'PUT', path, { type: 'fanout' }),
      await call(client, 'PUT', `exchanges/${vhost}/odd`, { type: 'telepathic' }),
      await call(client, 'PUT', `exchanges/${vhost}/amq.mine`, { type: 'direct' }),
      await call(client, 'GET', path),
      await call(client, 'GET', `exchanges/${vhost}/amq.default`),
      (await list(client, `exchanges/${vhost}`)).map(({ name, type }) => `${name} ${type}`).sort(),
      await call(client, 'DELETE', path),
      await call(client, 'DELETE', path),
      await call(client, 'DELETE', `exchanges/${vhost}/amq.direct`),
    ];
  }),
  within('bindings are made, listed and removed', async (client, vhost) => {
    await call(client, 'PUT', `queues/${vhost}/q`, {});
    await call(client, 'PUT', `exchanges/${vhost}/e`, { type: 'topic' });
    const queue = `bindings/${vhost}/e/e/q/q`;
    const exchange = `bindings/${vhost}/e/e/e/amq.fanout`;
    const steps = [
      await call(client, 'POST', queue, { routing_key: 'a.b' }),
      await call(client, 'POST', queue, { routing_key: 'a/c d', arguments: { x: 1 } }),
      await call(client, 'POST', exchange, { routing_key: '' }),
      await call(client, 'POST', `bindings/${vhost}/e/never/q/q`, {}),
      await call(client, 'POST', `bindings/${vhost}/e/e/q/never`, {}),
      await call(client, 'GET', queue),
      await call(client, 'GET', exchange),
      await call(client, 'GET', `${queue}/a.b`),
      await call(client, 'GET', `queues/${vhost}/q/bindings`),
      (await list(client, `exchanges/${vhost}/e/bindings/source`))
        .map((each) => comparable(each))
        .map((each) => JSON.stringify(each))
        .sort(),
      await call(client, 'GET', `exchanges/${vhost}/amq.fanout/bindings/destination`),
      await call(client, 'DELETE', `${queue}/a.b`),
      await call(client, 'DELETE', `${queue}/a.b`),
      await call(client, 'DELETE', `${exchange}/~`),
    ];
    return [...steps, (await list(client, `bindings/${vhost}`)).length];
  }),
  within('messages are published and got', async (client, vhost) => {
    await call(client, 'PUT', `queues/${vhost}/q`, {});
    const properties = {
      content_type: 'text/plain',
      delivery_mode: 2,
      priority: 3,
      message_id: 'm',
      headers: { a: 1, b: 'c' },
    };
    const publish = (name: string, body: unknown) => call(client, 'POST', `exchanges/${vhost}/${name}/publish`, body);
    const get = (body: unknown) => call(client, 'POST', `queues/${vhost}/q/get`, body);
    return [
      await publish('amq.default', { ...PUBLISHED, routing_key: 'q', properties }),
      await publish('amq.default', { ...PUBLISHED, routing_key: 'q', payload: '/w==', payload_encoding: 'base64' }),
      await publish('amq.default', { ...PUBLISHED, routing_key: 'nowhere' }),
      await publish('never', { ...PUBLISHED, routing_key: 'q' }),
      await publish('amq.default', { routing_key: 'q' }),
      await get({ ...TAKEN, count: 1, ackmode: 'ack_requeue_true' }),
      await get({ ...TAKEN, encoding: 'base64', truncate: 3 }),
      await get(TAKEN),
      await get({}),
      await call(client, 'POST', `queues/${vhost}/never/get`, TAKEN),
    ];
  }),
  within('a queue is purged', async (client, vhost) => {
    await call(client, 'PUT', `queues/${vhost}/q`, {});
    await call(client, 'POST', `exchanges/${vhost}/amq.default/publish`, { ...PUBLISHED, routing_key: 'q' });
    const purged = await call(client, 'DELETE', `queues/${vhost}/q/contents`);
    return [purged, await call(client, 'POST', `queues/${vhost}/q/get`, TAKEN)];
  }),
];
