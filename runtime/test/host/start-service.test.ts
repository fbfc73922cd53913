import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { discoveryPath, readDiscovery } from '../../src/discovery/index.js';
import { defineEvent, defineService, on, z } from '../../src/index.js';
import { unique, until } from '../events/a-bus.js';
import { reachBroker } from '../events/reach-broker.js';
import { aService, stateFolder } from './a-service.js';

const plain = defineService({ name: 'plain-service', routes: (app) => void app.get('/', async () => ({})) });
const ready = async (url: string) => {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as unknown };
};

describe('startService', () => {
  test('opens neither a database nor a connection to a broker for a service that needs none', async () => {
    const { service, events, url } = await aService(plain);
    expect(await ready(url)).toEqual({ status: 200, body: { status: 'ready', checks: { database: 'ok' } } });
    expect(existsSync(service.db.path)).toBe(false);
    expect(events.state).toBe('idle');
    await service.db.run('CREATE TABLE late (n INTEGER)');
    expect(existsSync(service.db.path)).toBe(true);
  });

  test('is unready until the broker is there, and alive all the while', async () => {
    const broker = await reachBroker();
    await broker.close();
    const contract = defineEvent(`${unique('order')}.placed`, z.object({}));
    const { url } = await aService(defineService({ name: unique('mail'), subscriptions: [on(contract, () => {})] }), {
      brokerUrl: broker.url,
    });
    expect(await ready(url)).toMatchObject({
      status: 503,
      body: { status: 'unready', checks: { broker: 'connecting' } },
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await broker.open();
    await until(async () => (await ready(url)).status === 200);
    await broker.close();
    expect((await ready(url)).status).toBe(200);
    await broker.open();
  });

  test('lets all that runs at the same time listen to its signal', async () => {
    const { service } = await aService(plain);
    const warnings: string[] = [];
    const warn = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', warn);
    for (let n = 0; n < 20; n += 1) service.signal.addEventListener('abort', () => {});
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warnings).not.toContain('MaxListenersExceededWarning');
  });

  test('registers itself in the discovery file, and withdraws', async () => {
    const stateUrl = await stateFolder();
    const { url, service, stop } = await aService(plain, { stateUrl });
    const records = async () => (await readDiscovery(discoveryPath(stateUrl))).instances;
    expect(await records()).toMatchObject({
      [service.instanceId]: { service: 'plain-service', url, pid: process.pid, status: 'ready', registeredBy: 'self' },
    });
    await stop();
    expect(await records()).toEqual({});
  });

  test.each(['127.0.0.1', 'localhost', '::', '0.0.0.0'])('logs one line when it listens on %s', async (host) => {
    const stateUrl = await stateFolder();
    const environment = { port: 0, host, stateUrl, instanceId: 'p-1', logLevel: 'info', stopDeadlineMs: 1000 };
    const { url, logged } = await aService(plain, { environment });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(logged.map(({ msg }) => msg)).toEqual([`plain-service listens on ${url}`]);
  });

  test('names a taken port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const stateUrl = await stateFolder();
    const environment = {
      port,
      host: '127.0.0.1',
      stateUrl,
      instanceId: 'p-1',
      logLevel: 'info',
      stopDeadlineMs: 1000,
    };
    await expect(aService(plain, { environment })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `Port ${port} on 127.0.0.1 is taken by another process.`,
    });
    other.close();
    expect((await readDiscovery(discoveryPath(stateUrl))).instances).toEqual({});
  });

  test('closes what it has opened when the database cannot be', async () => {
    const stateUrl = await stateFolder();
    const definition = (sql: string) => defineService({ name: 'broken-service', migrations: [sql] });
    await expect(aService(definition('CREATE TABEL t (n)'), { stateUrl })).rejects.toMatchObject({
      code: 'STATE_MIGRATION_FAILED',
    });
    await expect(aService(definition('CREATE TABLE t (n)'), { stateUrl })).resolves.toBeDefined();
  });

  test('leaves nothing running when the discovery file cannot be read', async () => {
    const stateUrl = await stateFolder();
    await writeFile(discoveryPath(stateUrl), '{"version":2}');
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const definition = defineService({ name: 'plain-service', migrations: ['CREATE TABLE t (n INTEGER)'] });
    await expect(aService(definition, { stateUrl })).rejects.toMatchObject({ code: 'DISCOVERY_VERSION' });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('takes any name, also one that the runtime uses for tables of its own', async () => {
    const service = await aService(defineService({ name: 'events', migrations: ['CREATE TABLE t (n INTEGER)'] }));
    expect(await service.service.db.all('SELECT * FROM t')).toEqual([]);
  });

  test('closes what it has opened when routes fail', async () => {
    const broken = defineService({
      name: 'broken-service',
      migrations: ['CREATE TABLE t (n INTEGER)'],
      routes() {
        throw new Error('no routes');
      },
    });
    await expect(aService(broken)).rejects.toThrow('no routes');
  });
});

describe('defineService', () => {
  test('refuses names that are no DNS labels, and subscriptions that would share a queue', () => {
    const contract = defineEvent('order.placed', z.object({}));
    expect(() => defineService({ name: 'Order_Service' })).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }));
    const twice = [on(contract, () => {}), on(contract, () => {})];
    expect(() => defineService({ name: 'mail', subscriptions: twice })).toThrow(
      expect.objectContaining({ code: 'INVALID_SERVICE' }),
    );
  });
});
