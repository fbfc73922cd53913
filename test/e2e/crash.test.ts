import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeShop, newCustomer, type Shop } from './shop.js';

test('killed in the middle of sagas, order-service finishes or compensates them, and stock and money add up', async () => {
  await using shop = await makeShop();
  await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  const customer = await newCustomer(shop.gateway, 'ada@example.com');

  for (let round = 0; round < 3; round += 1) {
    const orders = Array.from({ length: 8 }, () => customer.order('mouse', 1).catch(() => undefined));
    await eventually(async () => (await sagas(shop)).some(({ state }) => state === 'running'), 5000).catch(() => {});
    process.kill(await pidOf(shop, 'order-service'), 'SIGKILL');
    await Promise.all(orders);
    expect((await shop.mscli.run('wait', 'order-service', '--timeout', '60s')).exitCode).toBe(0);
  }

  await eventually(
    async () => (await sagas(shop)).every(({ state }) => state === 'completed' || state === 'compensated'),
    60_000,
  );
  const ended = await sagas(shop);
  const completed = ended.filter(({ state }) => state === 'completed').length;
  expect(ended.length).toBeGreaterThan(0);
  expect(await customer.stock('mouse')).toBe(25 - completed);
  expect(await customer.balance()).toBe(10_000 - 1900 * completed);
  // The kills have opened the gateway's breaker.
  await shop.mscli.json('breaker', 'reset', 'gateway->order-service');
  const { body } = await customer.get('/orders');
  const confirmed = (body as unknown as { state: string }[]).filter(({ state }) => state === 'confirmed');
  expect(confirmed).toHaveLength(completed);
});

test('killed under confirmed publishes, the embedded broker loses none', async () => {
  await using shop = await makeShop();
  await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  const { url } = JSON.parse(await readFile(join(shop.root, '.mscli/broker.json'), 'utf8'));

  const confirmed = await publishUntilKilled(url, async () => process.kill(await pidOf(shop, 'broker'), 'SIGKILL'));
  expect(confirmed.length).toBeGreaterThan(0);
  expect((await shop.mscli.run('wait', 'broker', '--timeout', '60s')).exitCode).toBe(0);
  expect((await consumeAll(url)).filter((body) => confirmed.includes(body))).toEqual(confirmed);
});

const queue = 'kill-test';

/** Publishes with a small window and kills the broker under it; resolves to what it had confirmed. */
async function publishUntilKilled(url: string, kill: () => Promise<unknown>): Promise<string[]> {
  const connection = await connect(url);
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertQueue(queue, { durable: true });
  const confirmed: string[] = [];
  const gone = new Promise<void>((resolve) => connection.on('close', () => resolve()));
  let open = true;
  void gone.then(() => {
    open = false;
  });
  for (let number = 0; open && number < 20_000; number += 1) {
    const body = String(number);
    try {
      channel.sendToQueue(queue, Buffer.from(body), { persistent: true }, (error) => {
        if (!error) confirmed.push(body);
      });
    } catch {
      break;
    }
    if (number === 2000) await kill();
    if (number % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await gone;
  return confirmed;
}

async function consumeAll(url: string): Promise<string[]> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const bodies: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (!message) break;
    bodies.push(message.content.toString());
  }
  await connection.close();
  return bodies;
}

async function sagas({ mscli }: Shop): Promise<{ state: string }[]> {
  return (await mscli.json('saga', 'list', '--limit', '1000')).sagas;
}

async function pidOf({ mscli }: Shop, name: string): Promise<number> {
  const { processes } = await mscli.json('ps');
  return processes.find((each: { name: string }) => each.name.startsWith(name)).pid;
}
