import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { discoveryPath, readDiscovery } from '../../src/discovery/index.js';
import { defineEvent, defineService, on, z } from '../../src/index.js';
import { unique, until } from '../events/a-bus.js';
import { reachBroker } from '../events/reach-broker.js';
import { aService, stateFolder } from './a-service.js';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a graceful stop', () => {
  test('finishes requests and handlers, takes nothing new, and tells the others first', async () => {
    const broker = await reachBroker();
    const stateUrl = await stateFolder();
    const orderPlaced = defineEvent(`${unique('order')}.placed`, z.object({}));
    const { open, opened } = gate();
    const done: string[] = [];
    let busy = 0;
    const { url, service, events, stop } = await aService(
      defineService({
        name: unique('mail'),
        routes(app) {
          app.get('/slow', async () => {
            busy += 1;
            await opened;
            done.push('request');
            return { late: true };
          });
        },
        subscriptions: [
          on(orderPlaced, async (_event, { tx }) => {
            busy += 1;
            await opened;
            await tx(async () => void done.push('handler'));
          }),
        ],
      }),
      { brokerUrl: broker.url, stateUrl },
    );
    await until(() => events.state === 'connected');
    const slow = fetch(`${url}/slow`);
    await service.events.publish(orderPlaced, {});
    await until(() => busy === 2);
    const stopped = stop();
    await until(async () => {
      const { instances } = await readDiscovery(discoveryPath(stateUrl));
      return instances[service.instanceId]?.status === 'stopping';
    });
    await until(
      async () => (await fetch(`${url}/health/live`).catch(() => undefined)) === undefined,
      'the door is closed',
    );
    expect(done).toEqual([]);
    open();
    const response = await slow;
    expect(await response.json()).toEqual({ late: true });
    expect(response.headers.get('connection')).toBe('close');
    expect(await stopped).toEqual([]);
    expect(done.sort()).toEqual(['handler', 'request']);
    const left = await broker.direct.checkQueue(`${service.name}.${orderPlaced.type}`);
    expect(left.messageCount).toBe(0);
  });

  test('answers 503 to readiness as soon as it begins, to who still has a connection', async () => {
    const { open, opened } = gate();
    const stateUrl = await stateFolder();
    const { url, stop, app } = await aService(
      defineService({ name: 'slow-service', routes: (app) => void app.get('/slow', async () => void (await opened)) }),
      { stateUrl },
    );
    const slow = fetch(`${url}/slow`);
    await until(() => app.server.listening);
    const stopped = stop();
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'stopping' });
    open();
    await slow;
    expect(await stopped).toEqual([]);
  });

  test('names what still runs at the deadline, and cuts it off', async () => {
    const { opened } = gate();
    const { url, stop, logged, service } = await aService(
      defineService({
        name: 'slow-service',
        routes(app) {
          app.get('/stuck', async () => {
            await opened;
          });
        },
      }),
    );
    const socket = request(`${url}/stuck`).end();
    socket.on('error', () => {});
    await until(async () => (await fetch(`${url}/health/live`)).ok);
    const hung = await stop(2000);
    expect(hung).toEqual([expect.stringMatching(/^GET \/stuck \(.+\)$/)]);
    expect(service.signal.aborted).toBe(true);
    expect(logged.at(-1)).toMatchObject({ level: 'error', hung });
    socket.destroy();
  });

  test('gives a delivery that waits for its next try back to the queue', async () => {
    const broker = await reachBroker();
    const orderPlaced = defineEvent(`${unique('order')}.placed`, z.object({}));
    const { service, events, stop, logged } = await aService(
      defineService({
        name: unique('mail'),
        subscriptions: [
          on(
            orderPlaced,
            () => {
              throw new Error('not now');
            },
            { retryDelayMs: 1_000_000 },
          ),
        ],
      }),
      { brokerUrl: broker.url },
    );
    await until(() => events.state === 'connected');
    await service.events.publish(orderPlaced, {});
    await until(() => logged.some(({ msg }) => String(msg).endsWith('failed, trying again')));
    expect(await stop()).toEqual([]);
    const { messageCount } = await broker.direct.checkQueue(`${service.name}.${orderPlaced.type}`);
    expect(messageCount).toBe(1);
  });
});
