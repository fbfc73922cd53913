import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testBroker } from '@mscli/amqp-broker';
import { fetch } from 'undici';
import { expect, inject, type TestContext, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { dockerReason } from './docker.js';
import type { ServiceContainer } from './service-container.js';
import { buildService } from './service-image.js';
import { makeShop } from './shop.js';

test('the image of order-service holds what it needs, and runs and stops as a container should', async (context) => {
  const root = inject('installedShop');
  await skipWithoutBase(context, root);
  await using image = await buildService(root, 'order-service');
  await using container = await image.run();

  await eventually(async () => (await get(container, '/health/live')) === 200);
  await eventually(async () => (await container.health()) === 'healthy');
  expect(await get(container, '/orders')).toBe(401);
  expect(await container.lines('stat', '-c', '%U', '/proc/1')).toEqual(['node']);
  await holdsOnly(container, root, 'order-service');
  expect(await container.stop(), await container.logs()).toBe(0);
});

test('the image of a service from the template answers, keeps its data and talks to a broker', async (context) => {
  await skipWithoutBase(context, inject('installedShop'));
  await using shop = await makeShop();
  await shop.mscli.json('new', 'service', 'payment', '--subscribes', 'order.placed', '--publishes', 'payment.taken');
  await writeFile(join(shop.root, 'services/payment-service/.env'), 'SECRET=42\n');
  await using image = await buildService(shop.root, 'payment-service');
  await using broker = await testBroker();
  const [port] = await freePorts(1);
  await using container = await image.run({ HOST: '127.0.0.1', PORT: `${port}`, MSCLI_BROKER_URL: broker.url });

  // It subscribes to an event, and so is ready, and healthy, once it is connected.
  await eventually(async () => (await container.health()) === 'healthy');
  expect(await (await fetch(`${container.origin}/health/ready`)).json()).toMatchObject({
    checks: { broker: 'connected' },
  });
  const body = JSON.stringify({ name: 'first' });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${container.origin}/payments`, { method: 'POST', headers, body })).status).toBe(201);
  await container.restart();
  await eventually(async () => (await container.health()) === 'healthy');
  expect(await (await fetch(`${container.origin}/payments`)).json()).toMatchObject([{ name: 'first' }]);
  await holdsOnly(container, shop.root, 'payment-service');
  expect(await container.stop(), await container.logs()).toBe(0);
});

/** The image that the Dockerfile starts from cannot be pulled everywhere. */
async function skipWithoutBase(context: TestContext, root: string) {
  const dockerfile = await readFile(join(root, 'services/order-service/Dockerfile'), 'utf8');
  const reason = await dockerReason(/^FROM (\S+)/m.exec(dockerfile)?.[1]);
  if (reason !== undefined) context.skip(reason);
}

/** Not with Node 20's own fetch, which waits for ever when Docker closes a connection that nobody in the container takes. */
async function get({ origin }: ServiceContainer, path: string): Promise<number | undefined> {
  return (await fetch(origin + path).catch(() => undefined))?.status;
}

/** No sources of others, no secrets, and of the packages none that only the development needs. */
async function holdsOnly(container: ServiceContainer, root: string, service: string) {
  const own = await container.lines('find', '/app', '-name', 'node_modules', '-prune', '-o', '-type', 'f', '-print');
  expect(own).toContain(`/app/services/${service}/dist/main.js`);
  expect(own.filter((path) => !path.startsWith(`/app/services/${service}/`) || path.includes('.env'))).toEqual([]);

  const manifests = new Set(await container.lines('find', '/app', '-name', 'package.json'));
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const development = Object.keys(lock.packages).filter((path) => lock.packages[path]?.dev);
  expect(development).toContain('node_modules/vitest');
  expect(development.filter((path) => manifests.has(`/app/${path}/package.json`))).toEqual([]);
  expect([...manifests]).toContain('/app/node_modules/@mscli/runtime/package.json');
}

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}
