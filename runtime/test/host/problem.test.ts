import { describe, expect, test } from 'vitest';
import { problemOf } from '../../src/host/problem.js';
import { CallError, defineService, MscliError, Rejected, z } from '../../src/index.js';
import { testService } from '../../src/testing/index.js';
import { aService } from './a-service.js';

const newOrder = z.object({
  email: z.email(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int() })).min(1),
});

const orders = defineService({
  name: 'order-service',
  routes(app) {
    app.post('/orders', { schema: { body: newOrder } }, async ({ body }) => ({ email: body.email.toUpperCase() }));
    app.get(
      '/orders',
      { schema: { querystring: z.object({ limit: z.coerce.number().max(100) }) } },
      async (request) => ({
        limit: request.query.limit,
      }),
    );
    app.put('/orders', async (request) => newOrder.parse(request.body));
    app.get('/refused', async () => {
      throw new Rejected('Only 2 are left.', { code: 'OUT_OF_STOCK' });
    });
    app.get('/missing', async () => {
      throw new Rejected('There is no order 7.', { status: 404 });
    });
    app.get('/broken', async () => {
      throw new Error('password is hunter2');
    });
    app.get('/call', async (_request) => {
      throw new TypeError('x is not a function');
    });
  },
});

async function ask(path: string, init?: RequestInit) {
  const service = await aService(orders);
  const response = await fetch(service.url + path, init);
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: (await response.json()) as unknown, logged: service.logged };
}

const json = (method: string, body: unknown) => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('an error answer', () => {
  test('to an invalid body names every field', async () => {
    const { status, type, body } = await ask(
      '/orders',
      json('POST', { email: 'nobody', items: [{ sku: 1, quantity: 1.5 }] }),
    );
    expect(status).toBe(400);
    expect(type).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request is not valid.',
      errors: [
        { in: 'body', field: 'email', detail: expect.any(String) },
        { in: 'body', field: 'items.0.sku', detail: expect.stringMatching(/expected string/) },
        { in: 'body', field: 'items.0.quantity', detail: expect.stringMatching(/expected int/) },
      ],
    });
  });

  test('to an invalid query says so', async () => {
    const { status, body } = await ask('/orders?limit=1000');
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ in: 'query', field: 'limit' }] });
  });

  test('comes from a parse in a controller too', async () => {
    const { status, body } = await ask('/orders', json('PUT', {}));
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ field: 'email' }, { field: 'items' }] });
  });

  test('to a body that is no JSON is a 400', async () => {
    const { status, body } = await ask('/orders', { ...json('POST', 0), body: '{"email"' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 400, title: 'Bad Request' });
  });

  test('to a refusal is a 409 with its code, or its own status', async () => {
    expect(await ask('/refused')).toMatchObject({
      status: 409,
      body: { title: 'Conflict', detail: 'Only 2 are left.', code: 'OUT_OF_STOCK' },
    });
    expect(await ask('/missing')).toMatchObject({ status: 404, body: { detail: 'There is no order 7.' } });
  });

  test('to an unknown path is a 404', async () => {
    expect(await ask('/nowhere?secret=1')).toMatchObject({
      status: 404,
      type: expect.stringMatching(/problem\+json/),
      body: { detail: 'There is no GET /nowhere here.' },
    });
  });

  test('to a failure tells nothing but where the log tells more', async () => {
    const { status, body, logged } = await ask('/broken');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|at /);
    const line = logged.find(({ msg }) => msg === 'GET /broken failed');
    expect(line).toMatchObject({ level: 'error', err: { message: 'password is hunter2' } });
    expect(body).toMatchObject({ status: 500, traceId: line?.traceId });
  });
});

describe('an error of the runtime', () => {
  test.each([
    [
      new CallError('CALL_REFUSED', 'stock', 'stock is not called.', { retriable: true, outcomeUnknown: false }),
      503,
      1,
    ],
    [new CallError('CALL_TIMEOUT', 'stock', 'stock took too long.', { retriable: true, outcomeUnknown: true }), 504],
    [
      new CallError('CALL_FAILED', 'stock', 'stock broke off.', {
        retriable: true,
        outcomeUnknown: true,
        cause: new Error('connect ECONNREFUSED 10.0.0.7:3001'),
      }),
      502,
    ],
    [
      new CallError('CALL_STATUS', 'stock', 'stock answered 404.', {
        retriable: false,
        outcomeUnknown: false,
        status: 404,
      }),
      502,
    ],
    [new MscliError('PUBLISH_FAILED', 'order.placed was given up at 10.0.0.7.'), 503, 1],
    [new MscliError('SAGA_NOT_FOUND', 'There is no saga 7.'), 404],
    [new MscliError('STATE_SQL', 'near "SELEC": syntax error'), 500],
  ])('%s', (error, status, retryAfter?: number) => {
    const answer = problemOf(error);
    expect(answer.problem.status).toBe(status);
    expect(answer.retryAfter).toBe(retryAfter);
    expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.7|SELEC/);
  });
});

describe('an answer with a schema', () => {
  test('shows only what the schema names', async () => {
    const { url } = await aService(
      defineService({
        name: 'user-service',
        routes(app) {
          const user = z.object({ name: z.string() });
          app.get('/users/1', { schema: { response: { 200: user } } }, async () => {
            const row = { name: 'ann', password: 'hunter2' };
            return row;
          });
        },
      }),
    );
    expect(await (await fetch(`${url}/users/1`)).json()).toEqual({ name: 'ann' });
  });

  test("that breaks the schema is the service's fault, not the client's", async () => {
    const { url, logged } = await aService(
      defineService({
        name: 'user-service',
        routes(app) {
          const user = z.object({ name: z.string() });
          app.get('/users/1', { schema: { response: { 200: user } } }, async () => ({ name: 7 as unknown as string }));
        },
      }),
    );
    const response = await fetch(`${url}/users/1`);
    expect(response.status).toBe(500);
    expect(await response.json()).not.toHaveProperty('errors');
    expect(logged.find(({ msg }) => msg === 'GET /users/1 failed')).toMatchObject({
      err: { code: 'INVALID_ANSWER', message: expect.stringContaining('GET /users/1 breaks its schema: name: ') },
    });
  });
});

describe("another service's answer", () => {
  test('that is not what the route asked for is a 502, which names no field of the request', async () => {
    const shop = defineService({
      name: 'order-service',
      routes(app, { http }) {
        app.get(
          '/price',
          async () => (await http.get('product-service', '/tea', { answer: z.object({ price: z.int() }) })).body,
        );
      },
    });
    await using good = await testService(shop, { replies: { 'product-service': { body: { price: 5, stock: 9 } } } });
    expect((await good.inject('/price')).json()).toEqual({ price: 5 });
    await using bad = await testService(shop, { replies: { 'product-service': { body: { price: '5' } } } });
    const answer = await bad.inject('/price');
    expect(answer.statusCode).toBe(502);
    expect(answer.json()).toMatchObject({ code: 'CALL_FAILED', detail: expect.stringContaining('price: ') });
    expect(answer.json()).not.toHaveProperty('errors');
  });
});

describe('a valid request', () => {
  test('reaches the handler parsed', async () => {
    expect(
      await ask('/orders', json('POST', { email: 'ann@example.org', items: [{ sku: 'tea', quantity: 1 }] })),
    ).toMatchObject({
      status: 200,
      body: { email: 'ANN@EXAMPLE.ORG' },
    });
    expect(await ask('/orders?limit=7')).toMatchObject({ body: { limit: 7 } });
  });
});
