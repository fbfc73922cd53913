import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../../src/index.js';

let broker: BrokerHandle;
let port: number;

beforeAll(async () => {
  broker = await testBroker({ managementPort: 0 });
  port = broker.managementPort ?? 0;
});

afterAll(() => broker.stop());

const GUEST = `Basic ${btoa('guest:guest')}`;

describe('a page in a browser cannot use the API, though it knows the password', () => {
  test.each([
    ['DNS rebinding', { host: 'evil.example' }],
    ['DNS rebinding with the port', { host: 'evil.example:PORT' }],
    ['a name that begins like an address', { host: '127.evil.example' }],
    ['another address', { host: '10.0.0.1:PORT' }],
    ['a form on another site', { origin: 'https://evil.example' }],
    ['a form in a sandbox', { origin: 'null' }],
    ['a page on another local port', { origin: 'http://127.0.0.1:3000' }],
    ['a browser that says so', { 'sec-fetch-site': 'cross-site' }],
    ['another service of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_, headers) => {
    const body = '{"durable":true,"a":"="}';
    const answer = await call('PUT', 'queues/%2F/planted', { ...headers, 'content-type': 'text/plain' }, body);
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('the management API refuses') });
    expect(broker.stats().queues).toEqual([]);
  });

  test('no other site is let in by a preflight', async () => {
    const { status, headers } = await call('OPTIONS', 'overview', {
      origin: 'https://evil.example',
      'access-control-request-method': 'PUT',
    });
    expect(status).toBe(403);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    { host: 'localhost' },
    { host: 'LOCALHOST:PORT' },
    { host: '[::1]:PORT' },
    { origin: 'http://127.0.0.1:PORT' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('what is its own is answered: %j', async (headers) => {
    expect((await call('GET', 'whoami', headers)).status).toBe(200);
  });
});

test('guessing passwords takes time, and only so many at once', async () => {
  const wrong = (password: number) => call('GET', 'whoami', { authorization: `Basic ${btoa(`guest:${password}`)}` });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, password) => wrong(password)));
  expect(performance.now() - began).toBeGreaterThan(150);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await call('GET', 'whoami')).status).toBe(200);
});

test('arguments that are too deep are refused, paths that are none too', async () => {
  const deep = `{"arguments":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
  expect((await call('PUT', 'queues/%2F/deep', {}, deep)).status).toBe(400);
  expect((await call('GET', '', {}, undefined, '//')).status).toBe(400);
  expect(
    (await call('POST', 'queues/%2F/none/get', {}, '{"ackmode":"constructor","count":1,"encoding":"auto"}')).status,
  ).toBe(404);
});

test('a way of settling that is none takes no message', async () => {
  await call('PUT', 'queues/%2F/kept', {}, '{}');
  const publish = '{"properties":{},"routing_key":"kept","payload":"x","payload_encoding":"string"}';
  await call('POST', 'exchanges/%2F/amq.default/publish', {}, publish);
  const taken = await call('POST', 'queues/%2F/kept/get', {}, '{"ackmode":"constructor","count":1,"encoding":"auto"}');
  expect(taken.status).toBe(400);
  expect(broker.stats().queues).toMatchObject([{ name: 'kept', ready: 1, unacked: 0 }]);
  await call('DELETE', 'queues/%2F/kept', {});
});

test('stopping does not wait for a request that never ends', async () => {
  await using other = await testBroker({ managementPort: 0 });
  const socket = connect(other.managementPort ?? 0, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /api/overview HTTP/1.1\r\nhost: localh');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await other.stop();
  await closed;
});

test('the API listens on loopback even where the broker does not', async () => {
  await using open = await testBroker({ host: '0.0.0.0', managementPort: 0, users: { app: 'a secret' } });
  expect(open.url).toBe(`amqp://app:a%20secret@127.0.0.1:${open.port}`);
  const response = await fetch(`http://127.0.0.1:${open.managementPort}/api/overview`, {
    headers: { authorization: `Basic ${btoa('app:a secret')}` },
  });
  const { listeners } = (await response.json()) as { listeners: { protocol: string; ip_address?: string }[] };
  expect(listeners.find(({ protocol }) => protocol === 'http')?.ip_address).toBe('127.0.0.1');
});

/** Unlike fetch, sends the headers that it is given, Host too. */
async function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
  whole = `/api/${path}`,
): Promise<{ status: number | undefined; headers: object; body: string }> {
  const own = Object.entries({ authorization: GUEST, ...headers }).map(([name, value]) => [
    name,
    value.replace('PORT', String(port)),
  ]);
  const sent = request({
    host: '127.0.0.1',
    port,
    method,
    path: whole,
    headers: Object.fromEntries(own),
    agent: false,
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text };
}
