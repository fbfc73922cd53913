import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { dockerReason } from './docker.js';
import { makeShop, newCustomer, type Shop } from './shop.js';

const node24 = process.env.MSCLI_TEST_NODE_24;

test('the whole journey on the embedded broker', () => journey('embedded', process.execPath));

test('the whole journey on RabbitMQ in Docker', async (context) => {
  skipFor(context, await dockerReason());
  await journey('docker', process.execPath);
});

test('the whole journey on Node 24', async (context) => {
  skipFor(context, node24 && existsSync(node24) ? undefined : 'MSCLI_TEST_NODE_24 names no Node 24 binary');
  await journey('embedded', String(node24));
});

function skipFor(context: TestContext, reason: string | undefined) {
  if (reason !== undefined) context.skip(reason);
}

async function journey(broker: string, node: string) {
  await using shop = await makeShop({ node });
  await up(shop, broker);
  const { completed, compensated } = await placeOrders(shop);
  await readSagas(shop, completed, compensated);
  await tailAndPublish(shop);
  await tripAndReset(shop);
  await operate(shop);
  await addService(shop);
  await down(shop, completed);
}

async function up({ mscli }: Shop, broker: string) {
  const status = await mscli.json('up', '--detach', '--broker', broker);
  expect(status.broker.kind).toBe(broker);
  const states = (await mscli.json('ps')).processes.map(
    ({ name, state }: Record<string, string>) => `${name} ${state}`,
  );
  expect(states).toContain('gateway ready');
  expect(states.filter((line: string) => line.endsWith('-service ready'))).toHaveLength(4);
  expect((await mscli.run('up')).exitCode).toBe(5);
}

async function placeOrders({ gateway }: Shop) {
  const customer = await newCustomer(gateway, 'a@b.c');
  expect(await customer.balance()).toBe(10_000);

  const completed = await customer.order('keyboard', 1);
  expect(completed).toMatchObject({ status: 201, body: { state: 'confirmed', total: 4900 } });
  expect([await customer.balance(), await customer.stock('keyboard')]).toEqual([5100, 9]);

  const tooDear = await customer.order('monitor', 1);
  expect(tooDear).toMatchObject({ status: 409, body: { state: 'rejected' } });
  const tooMany = await customer.order('keyboard', 10);
  expect(tooMany).toMatchObject({ status: 409, body: { state: 'rejected' } });
  expect([await customer.balance(), await customer.stock('keyboard'), await customer.stock('monitor')]).toEqual([
    5100, 9, 3,
  ]);
  return { completed: String(completed.body.id), compensated: String(tooDear.body.id) };
}

async function readSagas({ mscli }: Shop, completed: string, compensated: string) {
  const { sagas } = await mscli.json('saga', 'list');
  expect(sagas).toHaveLength(3);
  const happy = await mscli.json('saga', 'trace', completed);
  expect(happy).toMatchObject({ state: 'completed', service: 'order-service', name: 'place-order' });
  const undone = await mscli.json('saga', 'trace', compensated);
  expect(undone).toMatchObject({ state: 'compensated', compensationOrder: ['reserve-stock', 'create-order'] });

  const drawn = await mscli.run('saga', 'trace', compensated.slice(0, 8));
  expect(drawn.stdout).toContain('debit-wallet');
  expect(drawn.stdout).toContain('compensated');
  expect(await mscli.run('saga', 'trace', 'nonsense')).toMatchObject({ exitCode: 4, stdout: '' });
}

async function tailAndPublish({ mscli, gateway }: Shop) {
  const tail = mscli.start('events', 'tail', 'order.#', '--count', '2', '--json');
  const customer = await newCustomer(gateway, 'bob@example.com');
  // The tail's queue is there once a published message finds one.
  await eventually(async () => (await mscli.json('events', 'publish', 'order.noted', '{"id":1}')).routed);
  await customer.order('mouse', 1);
  const events = String((await tail).stdout)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ key }) => key)).toContain('order.noted');
  expect(events.find(({ key }) => key === 'order.noted').data).toEqual({ id: 1 });
}

async function tripAndReset({ mscli, gateway }: Shop) {
  const name = 'gateway->product-service';
  const statusOf = async () => (await fetch(`${gateway}/products`)).status;
  const tripped = await mscli.json('breaker', 'trip', name, '--for', '60s', '--reason', 'testing', '--yes');
  expect(tripped.instances).toEqual([expect.objectContaining({ obeyed: true, state: 'forced-open' })]);
  const refused = await fetch(`${gateway}/products`);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    503,
    expect.stringContaining('application/problem+json'),
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await mscli.run('breaker', 'list')).stdout).toMatch(/gateway->product-service.*forced-open/);
  await mscli.json('breaker', 'reset', name);
  await eventually(async () => (await statusOf()) === 200);
  const disabled = await mscli.json('breaker', 'disable', '*->product-service', '--yes');
  expect(disabled.blastRadius).toMatchObject({
    callers: [{ service: 'gateway' }, { service: 'order-service', instances: 1 }],
    sagas: [{ service: 'order-service', name: 'place-order' }],
  });
  await mscli.json('breaker', 'reset', '*->product-service');
  const { entries } = await mscli.json('breaker', 'history', name);
  const orders = entries.flatMap(({ command }: { command?: string }) => command ?? []);
  expect(orders).toEqual(['trip', 'reset', 'disable', 'reset']);
}

async function operate({ mscli, gateway }: Shop) {
  const pidOf = async () => (await serviceNamed(mscli, 'order-service')).pid;
  const before = await pidOf();
  expect((await mscli.run('restart', 'order-service')).exitCode).toBe(0);
  expect(await pidOf()).not.toBe(before);
  expect((await mscli.run('wait', 'order-service', '--timeout', '30s')).exitCode).toBe(0);
  expect((await mscli.run('logs', 'order-service', '-n', '50')).stdout).toContain('/orders');
  expect((await mscli.run('discovery', 'list')).stdout).toContain('order-service-1');
  const doctor = await mscli.run('doctor');
  expect(doctor.exitCode, doctor.stdout + doctor.stderr).toBe(0);
  expect((await fetch(`${gateway}/nowhere`)).status).toBe(404);
}

async function addService({ mscli, gateway, root }: Shop) {
  const made = await mscli.run(
    'new',
    'service',
    'payment',
    '--subscribes',
    'order.placed',
    '--publishes',
    'payment.taken',
  );
  expect(made.exitCode, made.stderr).toBe(0);
  expect(await readFile(join(root, 'services/payment-service/src/main.ts'), 'utf8')).toContain('runService');
  await eventually(async () => (await fetch(`${gateway}/payments`)).status === 200);
}

async function down(shop: Shop, completed: string) {
  expect((await shop.mscli.run('down')).exitCode).toBe(0);
  expect(await shop.processes()).toEqual([]);
  const discovery = JSON.parse(await readFile(join(shop.root, '.mscli/discovery.json'), 'utf8'));
  expect(discovery.instances).toEqual({});
  // Nothing runs, and the trace is still there.
  expect(await shop.mscli.json('saga', 'trace', completed)).toMatchObject({ state: 'completed' });
  const ps = await shop.mscli.json('ps');
  expect(ps.processes.every(({ state }: { state: string }) => state === 'stopped')).toBe(true);
}

async function serviceNamed(mscli: Shop['mscli'], name: string) {
  const { processes } = await mscli.json('ps');
  return processes.find((each: { name: string }) => each.name === name);
}
