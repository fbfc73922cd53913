import { randomUUID } from 'node:crypto';
import { type TestedService, testService } from '@mscli/runtime/testing';
import { expect, test } from 'vitest';
import { service } from '../src/service.js';

const stockOf = async (app: TestedService, id: string) => (await app.inject(`/products/${id}`)).json().stock;

const reserve = (app: TestedService, orderId: string, payload: object) =>
  app.inject({ method: 'PUT', url: `/reservations/${orderId}`, payload });

const release = (app: TestedService, orderId: string) =>
  app.inject({ method: 'DELETE', url: `/reservations/${orderId}` });

test('a reservation takes stock once, and gives it back once', async () => {
  await using app = await testService(service);
  const orderId = randomUUID();
  const wanted = { productId: 'keyboard', quantity: 2 };
  expect((await reserve(app, orderId, wanted)).json()).toEqual({ orderId, ...wanted, total: 9800 });
  expect((await reserve(app, orderId, wanted)).statusCode).toBe(200);
  expect(await stockOf(app, 'keyboard')).toBe(8);

  expect((await release(app, orderId)).statusCode).toBe(204);
  expect((await release(app, orderId)).statusCode).toBe(204);
  expect(await stockOf(app, 'keyboard')).toBe(10);
});

test('more than the stock is refused and takes nothing', async () => {
  await using app = await testService(service);
  const reply = await reserve(app, randomUUID(), { productId: 'monitor', quantity: 4 });
  expect(reply.statusCode).toBe(409);
  expect(await stockOf(app, 'monitor')).toBe(3);
});

test('a reservation that arrives after its release takes nothing', async () => {
  await using app = await testService(service);
  const orderId = randomUUID();
  await release(app, orderId);
  expect((await reserve(app, orderId, { productId: 'mouse', quantity: 1 })).statusCode).toBe(409);
  expect(await stockOf(app, 'mouse')).toBe(25);
});

test('the catalogue lists the products, and an unknown one is not found', async () => {
  await using app = await testService(service);
  const ids = (await app.inject('/products')).json().map((product: { id: string }) => product.id);
  expect(ids).toEqual(['keyboard', 'monitor', 'mouse']);
  expect((await app.inject('/products/unicorn')).statusCode).toBe(404);
});
