import amqplib from 'amqplib';
import { NO_FIELDS } from '../../src/codec/field.js';
import { PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { RawClient } from '../support/raw-client.js';
import { call, eventually, type Json, list, pick, within } from './management-calls.js';
import type { Client, Scenario } from './observe.js';

const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };

/** Goes as far as connection.open; the caller looks at what comes back. */
async function enter(url: string, user: string, password: string, virtualHost: string): Promise<RawClient> {
  const raw = await RawClient.connect(url);
  raw.socket.write(PROTOCOL_HEADER);
  await raw.next('connection.start');
  const response = `\0${user}\0${password}`;
  raw.method(0, 'connection.start-ok', { clientProperties: NO_FIELDS, mechanism: 'PLAIN', response, locale: 'en_US' });
  const { channelMax, frameMax } = await raw.next('connection.tune');
  raw.method(0, 'connection.tune-ok', { channelMax, frameMax, heartbeat: 0 });
  raw.method(0, 'connection.open', { virtualHost, reserved1: '', reserved2: false });
  return raw;
}

/** A scenario whose users are gone afterwards. */
const withUsers = (name: string, names: readonly string[], run: (client: Client) => Promise<unknown>): Scenario => ({
  name: `users: ${name}`,
  run: async (client) => {
    try {
      return await run(client);
    } finally {
      for (const user of names) await call(client, 'DELETE', `users/${user}`);
    }
  },
});

/** Users and their permissions, as the test suites of client libraries make them. */
export const users: Scenario[] = [
  withUsers('are made, changed, shown and removed', ['ann', 'bob', 'cid', 'dan'], async (client) => [
    await call(client, 'PUT', 'users/ann', { password: 'x', tags: 'administrator' }),
    await call(client, 'PUT', 'users/ann', { password: 'y', tags: 'monitoring, own' }),
    await call(client, 'GET', 'users/ann'),
    await call(client, 'PUT', 'users/bob', { tags: ['management'] }),
    await call(client, 'GET', 'users/bob'),
    await call(client, 'PUT', 'users/cid', { password: 'x' }),
    await call(client, 'PUT', 'users/cid', { password: 'x', password_hash: 'eA==', tags: '' }),
    await call(client, 'PUT', 'users/cid', { password_hash: 'zzz', tags: '' }),
    await call(client, 'PUT', 'users/cid', '{'),
    await call(client, 'PUT', 'users/dan', { password_hash: '', tags: '' }),
    (await list(client, 'users/without-permissions')).map(({ name }) => name).sort(),
    await call(client, 'DELETE', 'users/ann'),
    await call(client, 'DELETE', 'users/ann'),
    await call(client, 'GET', 'users/ann'),
  ]),
  withUsers('call the API as far as their tags let them', ['plain', 'manager', 'nobody'], async (client) => {
    await call(client, 'PUT', 'users/plain', { password: 'x', tags: '' });
    await call(client, 'PUT', 'users/manager', { password: 'x', tags: 'management' });
    await call(client, 'PUT', 'users/nobody', { tags: 'administrator' });
    const as = (credentials: string) => (method: string, path: string, body?: unknown) =>
      call(client, method, path, body, credentials);
    const manager = as('manager:x');
    return [
      await as('plain:x')('GET', 'whoami'),
      await as('nobody:')('GET', 'whoami'),
      await manager('GET', 'whoami'),
      await manager('GET', 'users'),
      await manager('PUT', 'users/manager', { password: 'x', tags: 'administrator' }),
      await manager('PUT', 'vhosts/mine'),
      await manager('GET', 'queues/%2F'),
      await manager('GET', 'queues'),
      await manager('GET', 'vhosts'),
      await manager('PUT', 'permissions/%2F/manager', EVERYTHING),
      await call(client, 'PUT', 'permissions/%2F/manager', EVERYTHING),
      (await manager('GET', 'vhosts')).status,
      await manager('PUT', 'queues/%2F/managed', {}),
      await manager('DELETE', 'queues/%2F/managed'),
    ];
  }),
  withUsers('may use the virtual hosts that they are let into', ['eve'], async (client) => {
    await call(client, 'PUT', 'users/eve', { password: 'x', tags: '' });
    const answered: unknown[] = [];
    const attempt = async (virtualHost: string) => {
      await using raw = await enter(client.url, 'eve', 'x', virtualHost);
      const { replyCode, replyText } = await raw.next('connection.close');
      answered.push([replyCode, replyText]);
    };
    await attempt('/');
    await attempt('never');
    const permission = 'permissions/%2F/eve';
    answered.push(await call(client, 'GET', permission));
    answered.push(await call(client, 'PUT', permission, { configure: '.*' }));
    answered.push(await call(client, 'PUT', 'permissions/never/eve', EVERYTHING));
    answered.push(await call(client, 'PUT', 'permissions/%2F/never', EVERYTHING));
    answered.push(await call(client, 'PUT', permission, EVERYTHING));
    answered.push(await call(client, 'PUT', permission, EVERYTHING));
    answered.push(await call(client, 'GET', permission));
    answered.push(await call(client, 'GET', 'users/eve/permissions'));
    await using inside = await enter(client.url, 'eve', 'x', '/');
    await inside.next('connection.open-ok');
    answered.push(await call(client, 'DELETE', permission));
    answered.push(await call(client, 'DELETE', permission));
    await attempt('/');
    return answered;
  }),
  withUsers('are thrown out when they are removed', ['fay'], async (client) => {
    await call(client, 'PUT', 'users/fay', { password: 'x', tags: '' });
    await call(client, 'PUT', 'permissions/%2F/fay', EVERYTHING);
    await using raw = await enter(client.url, 'fay', 'x', '/');
    await raw.next('connection.open-ok');
    await eventually(client, 'connections', ({ user }) => user === 'fay');
    const removed = await call(client, 'DELETE', 'users/fay');
    const { replyCode, replyText } = await raw.next('connection.close');
    return [removed, replyCode, replyText];
  }),
  withUsers('log in with the password of a given hash, with none when it is empty', ['gil'], async (client) => {
    const url = client.url.replace('guest:guest', 'gil:test12');
    const hash = 'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR';
    const login = () => amqplib.connect(url).then((connection) => connection.close(), String);
    const answered: unknown[] = [];
    for (const password_hash of [hash, '']) {
      await call(client, 'PUT', 'users/gil', { password_hash, tags: '' });
      await call(client, 'PUT', 'permissions/%2F/gil', EVERYTHING);
      answered.push((await login()) ?? 'in');
    }
    return answered;
  }),
  {
    name: 'management: what a virtual host need not have',
    run: async (client) => {
      const answered: unknown[] = [];
      for (const path of ['policies', 'policies/%2F', 'parameters', 'operator-policies', 'topic-permissions']) {
        answered.push(await call(client, 'GET', path));
      }
      answered.push(await call(client, 'GET', 'policies/%2F/never'), await call(client, 'GET', 'policies/never'));
      answered.push(await call(client, 'DELETE', 'policies/%2F/never'));
      return answered;
    },
  },
  {
    name: 'management: it says that it is well',
    run: async (client) => {
      const checks = [
        'alarms',
        'local-alarms',
        'virtual-hosts',
        'node-is-quorum-critical',
        'protocol-listener/amqp091',
      ];
      const answered: unknown[] = [];
      for (const check of checks) answered.push(await call(client, 'GET', `health/checks/${check}`));
      const port = new URL(client.url).port;
      answered.push((await call(client, 'GET', `health/checks/port-listener/${port}`)).status);
      answered.push((await call(client, 'GET', 'health/checks/port-listener/1')).status);
      answered.push((await call(client, 'GET', 'health/checks/protocol-listener/mqtt')).status);
      answered.push(await call(client, 'GET', 'health/checks/port-listener/x'));
      answered.push(await call(client, 'GET', 'healthchecks/node'), await call(client, 'GET', 'aliveness-test/never'));
      return answered;
    },
  },
  within('definitions go out and in', async (client, vhost) => {
    const path = `definitions/${vhost}`;
    await call(client, 'PUT', `queues/${vhost}/q`, { durable: true, arguments: { 'x-max-length': 3 } });
    await call(client, 'PUT', `exchanges/${vhost}/e`, { type: 'topic', durable: true });
    await call(client, 'POST', `bindings/${vhost}/e/e/q/q`, { routing_key: 'a.*', arguments: { x: 'y' } });
    const exported = (await call(client, 'GET', path)).body as Json;
    const declared = pick(exported, ['queues', 'exchanges', 'bindings', 'policies', 'parameters']);
    await call(client, 'DELETE', `queues/${vhost}/q`);
    await call(client, 'DELETE', `exchanges/${vhost}/e`);
    const imported = [await call(client, 'POST', path, declared), await call(client, 'POST', path, declared)];
    const again = (await call(client, 'GET', path)).body as Json;
    const nowhere = { queues: [{ name: 'q', vhost: 'nowhere', durable: true, auto_delete: false, arguments: {} }] };
    return [declared, imported, pick(again, Object.keys(declared)), await call(client, 'POST', 'definitions', nowhere)];
  }),
  within('messages are counted', async (client, vhost) => {
    const channel = await (await client.connection(`/${vhost}`)).createConfirmChannel();
    for (const queue of ['one', 'two']) {
      await channel.assertQueue(queue);
      await channel.bindQueue(queue, 'amq.fanout', '');
    }
    for (let number = 0; number < 5; number += 1) channel.publish('amq.fanout', '', Buffer.from('x'));
    channel.publish('', 'nowhere', Buffer.from('x'));
    channel.on('return', () => {});
    channel.publish('', 'nowhere', Buffer.from('x'), { mandatory: true });
    await channel.waitForConfirms();
    await channel.get('one', { noAck: true });
    const got = await channel.get('one');
    if (got) channel.nack(got);
    const delivered: amqplib.ConsumeMessage[] = [];
    await channel.consume('one', (message) => message && delivered.push(message) === 4 && channel.ackAll());
    // RabbitMQ leaves out some of what has not happened.
    const counts = ({ message_stats: stats = {} }: Json) =>
      Object.fromEntries(
        Object.entries(stats as Json).filter(([name, count]) => !name.endsWith('_details') && count !== 0),
      );
    // RabbitMQ gathers each kind of count by itself, for hosts and queues, some a little later than others.
    const has = (item: Json, expected: Record<string, number>) =>
      Object.entries(expected).every(([name, count]) => counts(item)[name] === count);
    const ofHost = await eventually(client, 'vhosts', (item) => {
      return (
        item.name === vhost && has(item, { ack: 4, publish: 7, confirm: 7, return_unroutable: 1, drop_unroutable: 1 })
      );
    });
    const queues = [
      await eventually(client, `queues/${vhost}`, (item) => item.name === 'one' && has(item, { ack: 4, publish: 5 })),
      await eventually(client, `queues/${vhost}`, (item) => item.name === 'two' && has(item, { publish: 5 })),
    ];
    const stats = (ofHost.message_stats as Json).ack_details as Json;
    return [counts(ofHost), typeof stats.rate, queues.length, queues.map((queue) => [queue.name, counts(queue)])];
  }),
];
