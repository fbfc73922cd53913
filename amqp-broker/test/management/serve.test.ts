import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../../src/index.js';

let broker: BrokerHandle;

beforeAll(async () => {
  broker = await testBroker({ managementPort: 0, users: { operator: 'pä:ss' } });
});

afterAll(() => broker.stop());

test('the API is not served unless it is asked for', async () => {
  await using quiet = await testBroker();
  expect(quiet.managementPort).toBeUndefined();
});

test("only the broker's own users get in, whatever their passwords hold", async () => {
  expect((await call('GET', 'whoami')).body).toEqual({ name: 'operator', tags: ['administrator'] });
  for (const credentials of ['guest:guest', 'operator:', 'operator', '', 'toString:x']) {
    expect((await call('GET', 'whoami', { credentials })).status).toBe(401);
  }
});

test('paths, methods and bodies that are none', async () => {
  expect(await call('GET', 'vhosts/%zz')).toMatchObject({ status: 404 });
  expect(await call('GET', '../secret')).toMatchObject({ status: 404 });
  expect(await call('PATCH', 'vhosts')).toMatchObject({ status: 405 });
  expect(await call('PUT', 'queues/%2F/q', { text: '[]' })).toMatchObject({
    status: 400,
    body: { reason: 'not_json' },
  });
  expect(await call('PUT', 'queues/%2F/q', { text: '{"arguments":7}' })).toMatchObject({ status: 400 });
});

test('a body that is too large is refused', async () => {
  const text = JSON.stringify({ payload: 'x'.repeat(21 * 1024 * 1024) });
  expect(await call('POST', 'exchanges/%2F/amq.default/publish', { text })).toMatchObject({ status: 413 });
});

test('permissions that would not be enforced are refused', async () => {
  const everything = { configure: '.*', write: '.*', read: '.*' };
  const grant = (permission: object) =>
    call('PUT', 'permissions/%2F/operator', { text: JSON.stringify(permission) }).then(({ status }) => status);
  expect(await grant(everything)).toBe(204);
  expect(await grant({ ...everything, write: '^mine' })).toBe(400);
  expect(await grant({})).toBe(400);
});

test('lists come in pages and with the columns that are asked for', async () => {
  for (const name of ['a1', 'a2', 'a3', 'b1']) await call('PUT', `queues/%2F/${name}`, { text: '{"durable":true}' });
  expect((await call('GET', 'queues?columns=name')).body).toEqual(['a1', 'a2', 'a3', 'b1'].map((name) => ({ name })));
  expect((await call('GET', 'queues/%2F?page=2&page_size=2&name=a&columns=name')).body).toEqual({
    filtered_count: 3,
    item_count: 1,
    items: [{ name: 'a3' }],
    page: 2,
    page_count: 2,
    page_size: 2,
    total_count: 4,
  });
  expect(await call('GET', 'queues?page=0')).toMatchObject({ status: 400 });
});

test('the overview counts what is there', async () => {
  const { body } = await call('GET', 'overview');
  expect(body).toMatchObject({ object_totals: { connections: 0, channels: 0, consumers: 0 } });
  expect((await call('GET', 'overview?columns=node,queue_totals.messages')).body).toEqual({
    node: 'amqp-broker@localhost',
    queue_totals: { messages: 0 },
  });
  expect((await call('GET', 'health/checks/alarms')).body).toEqual({ status: 'ok' });
});

async function call(
  method: string,
  path: string,
  { text, credentials = 'operator:pä:ss' }: { text?: string; credentials?: string } = {},
): Promise<{ status: number; body?: unknown }> {
  const response = await fetch(`http://127.0.0.1:${broker.managementPort}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    ...(text === undefined ? {} : { body: text }),
  });
  const body = await response.text();
  return { status: response.status, ...(body === '' ? {} : { body: JSON.parse(body) }) };
}
