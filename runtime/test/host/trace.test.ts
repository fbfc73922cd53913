import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { currentTrace, defineEvent, defineService, on, z } from '../../src/index.js';
import { unique, until } from '../events/a-bus.js';
import { reachBroker } from '../events/reach-broker.js';
import { aService, stateFolder } from './a-service.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

describe('a trace', () => {
  test('goes on from a request through an event and another service back into this one', async () => {
    const broker = await reachBroker();
    const stateUrl = await stateFolder();
    const orderPlaced = defineEvent(`${unique('order')}.placed`, z.object({ id: z.string() }));
    const orderName = unique('order');
    const orders = await aService(
      defineService({
        name: orderName,
        routes(app, service) {
          app.post('/orders', async (_request, reply) => {
            await service.db.transaction((tx) => service.events.publish(orderPlaced, { id: '1' }, { tx }));
            return reply.status(202).send({ id: '1' });
          });
          app.get('/orders/1', async () => ({ id: '1', traceId: currentTrace()?.traceId }));
        },
      }),
      { stateUrl, brokerUrl: broker.url },
    );
    const answers: unknown[] = [];
    const mail = await aService(
      defineService({
        name: unique('mail'),
        subscriptions: [
          on(orderPlaced, async ({ data }, { service, log }) => {
            log.info('looking');
            answers.push((await service.http.get(orderName, `/orders/${data.id}`)).body);
          }),
        ],
      }),
      { stateUrl, brokerUrl: broker.url },
    );
    await until(() => mail.events.state === 'connected');
    const response = await fetch(`${orders.url}/orders`, { method: 'POST', headers: { traceparent } });
    expect(response.status).toBe(202);
    await until(() => answers.length === 1);
    expect(answers).toEqual([{ id: '1', traceId }]);
    await until(() => orders.logged.some(({ msg }) => msg === 'GET /orders/1 200'));
    const traced = [...orders.logged, ...mail.logged].filter((line) => line.traceId === traceId).map(({ msg }) => msg);
    expect(traced).toEqual(
      expect.arrayContaining(['POST /orders 202', 'looking', `handled ${orderPlaced.type}`, 'GET /orders/1 200']),
    );
    expect(orders.logged.find(({ msg }) => msg === 'connected to the broker')).not.toHaveProperty('traceId');
  });

  test('has a line for each request, also of two under way that bring the same request id', async () => {
    let arrived = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { url, logged } = await aService(
      defineService({
        name: 'slow-service',
        routes(app) {
          app.get('/slow', async () => {
            arrived += 1;
            await released;
            return {};
          });
        },
      }),
    );
    const ask = () => fetch(`${url}/slow`, { headers: { 'x-request-id': 'the-same' } });
    const answers = Promise.all([ask(), ask()]);
    await until(() => arrived === 2);
    release();
    await answers;
    await until(() => logged.filter(({ msg }) => msg === 'GET /slow 200').length === 2);
  });

  test('survives the reading of a body, and does not mix between requests of one connection', async () => {
    const { url } = await aService(
      defineService({
        name: 'echo-service',
        routes(app) {
          app.post('/echo', async () => {
            await sleep(5);
            return { traceId: currentTrace()?.traceId };
          });
        },
      }),
    );
    const ids = Array.from({ length: 40 }, (_, n) => (n + 1).toString(16).padStart(32, '0'));
    const answers = await Promise.all(
      ids.map(async (id) => {
        const body = JSON.stringify({ filler: 'x'.repeat(100_000) });
        const headers = { traceparent: `00-${id}-b7ad6b7169203331-01`, 'content-type': 'application/json' };
        const response = await fetch(`${url}/echo`, { method: 'POST', headers, body });
        return ((await response.json()) as { traceId: string }).traceId;
      }),
    );
    expect(answers).toEqual(ids);
  });
});

describe('the request log', () => {
  test('has a line per request with its trace and id, and none for health checks', async () => {
    const { url, logged } = await aService(
      defineService({ name: 'echo-service', routes: (app) => void app.get('/echo', async () => ({})) }),
    );
    await fetch(`${url}/health/ready`);
    await fetch(`${url}/echo?q=1`, { headers: { traceparent, 'x-request-id': 'abc-1' } });
    await until(() => logged.some(({ msg }) => msg === 'GET /echo?q=1 200'));
    expect(logged.find(({ method }) => method === 'GET')).toMatchObject({
      level: 'info',
      service: 'echo-service',
      instance: expect.stringMatching(/^echo-service-/),
      traceId,
      requestId: 'abc-1',
      status: 200,
      ms: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-/),
    });
    expect(logged.some(({ url }) => url === '/health/ready')).toBe(false);
  });
});
