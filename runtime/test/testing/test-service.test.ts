import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { defineEvent, defineService, on, Rejected, type ServiceDefinition, saga, z } from '../../src/index.js';
import { type TestedService, type TestServiceOptions, testService } from '../../src/testing/index.js';

const orderPlaced = defineEvent('order.placed', z.object({ orderId: z.string(), total: z.number().positive() }));
const mailSent = defineEvent('mail.sent', z.object({ orderId: z.string() }));

let app: TestedService | undefined;
const start = async (definition: ServiceDefinition, options?: TestServiceOptions) => {
  app = await testService(definition, options);
  return app;
};

afterEach(async () => {
  await app?.close();
  app = undefined;
});

const mailService = defineService({
  name: 'mail-service',
  migrations: ['CREATE TABLE mail (orderId TEXT NOT NULL) STRICT'],
  routes(app, service) {
    app.get('/mail', () => service.db.all('SELECT * FROM mail'));
    app.post('/stock/:sku', async (request) => {
      const { sku } = z.object({ sku: z.string() }).parse(request.params);
      const { status, body } = await service.http.post('product-service', `/products/${sku}`, { quantity: 2 });
      return { status, body };
    });
  },
  subscriptions: [
    on(
      orderPlaced,
      async ({ data }, { tx, service }) => {
        if (data.total > 1000) throw new Rejected('too much');
        await tx(async (tx) => {
          await tx.run('INSERT INTO mail (orderId) VALUES (?)', [data.orderId]);
          await service.events.publish(mailSent, { orderId: data.orderId }, { tx });
        });
      },
      { retryDelayMs: 1 },
    ),
  ],
});

describe('testService', () => {
  test('delivers an event, and shows what the handler wrote and published', async () => {
    await using app = await testService(mailService);
    await app.deliver(orderPlaced, { orderId: '1', total: 5 });
    expect(app.publishedOf(mailSent)).toEqual([{ orderId: '1' }]);
    expect((await app.inject('/mail')).json()).toEqual([{ orderId: '1' }]);
    expect(app.published).toMatchObject([{ type: 'mail.sent', source: 'mail-service', data: { orderId: '1' } }]);
  });

  test('applies an event that is delivered twice only once', async () => {
    const { deliver, publishedOf, inject } = await start(mailService);
    await deliver(orderPlaced, { orderId: '1', total: 5 }, { id: 'same' });
    await deliver(orderPlaced, { orderId: '1', total: 5 }, { id: 'same' });
    expect((await inject('/mail')).json()).toHaveLength(1);
    expect(publishedOf(mailSent)).toHaveLength(1);
  });

  test('throws when a handler gives up, and keeps the dead letter', async () => {
    const { deliver, deadLetters } = await start(mailService);
    await expect(deliver(orderPlaced, { orderId: '1', total: 5000 })).rejects.toMatchObject({
      code: 'DEAD_LETTERED',
      message: 'mail-service.order.placed gave up after 1: too much',
    });
    expect(deadLetters).toMatchObject([{ queue: 'mail-service.order.placed', error: 'too much', attempts: 1 }]);
  });

  test('refuses data that breaks the contract', async () => {
    const { deliver } = await start(mailService);
    await expect(deliver(orderPlaced, { orderId: '1', total: -1 })).rejects.toMatchObject({ code: 'INVALID_EVENT' });
  });

  test('answers calls to other services, and keeps them', async () => {
    const { inject, calls } = await start(mailService, {
      replies: { 'product-service': ({ path }) => ({ status: 201, body: { path } }) },
    });
    const answer = await inject({ method: 'POST', url: '/stock/tea' });
    expect(answer.json()).toEqual({ status: 201, body: { path: '/products/tea' } });
    expect(calls).toMatchObject([
      { service: 'product-service', method: 'POST', path: '/products/tea', body: { quantity: 2 } },
    ]);
  });

  test('a service without a reply is one that does not run', async () => {
    const { inject } = await start(mailService);
    const answer = await inject({ method: 'POST', url: '/stock/tea' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 503, code: 'CALL_NO_INSTANCE' });
  });

  test('runs sagas', async () => {
    const done: string[] = [];
    const ship = saga('ship', z.object({ orderId: z.string() }))
      .compensatable('reserve', {
        do: async () => void done.push('reserve'),
        undo: async () => void done.push('release'),
      })
      .pivot('pay', {
        do: async ({ input }) => {
          if (input.orderId === 'broke') throw new Rejected('no money');
          done.push('pay');
        },
      });
    const { service, settled, published } = await start(defineService({ name: 'ship-service', sagas: [ship] }));
    const { id } = await service.sagas.start(ship, { orderId: 'broke' });
    expect(await service.sagas.wait(id, { timeoutMs: 10_000 })).toMatchObject({ state: 'compensated' });
    await settled();
    expect(done).toEqual(['reserve', 'release']);
    const types = published.filter(({ subject }) => subject === id).map(({ type }) => type);
    expect(types.at(0)).toBe('saga.started');
    expect(types.at(-1)).toBe('saga.compensated');
  });

  test('leaves no folder behind', async () => {
    const tested = await start(mailService);
    const folder = new URL('..', `file://${tested.service.db.path}`).pathname;
    const name = folder.split('/').at(-2) ?? '';
    expect(await readdir(tmpdir())).toContain(name);
    await tested.close();
    expect(await readdir(tmpdir())).not.toContain(name);
  });
});
