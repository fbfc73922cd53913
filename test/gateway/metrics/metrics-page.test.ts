import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { serveMetrics } from '../../../src/gateway/metrics/metrics-page.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';

const stack = new TestStack();
afterEach(() => stack.end());

const families = () => [
  { kind: 'counter', name: 'things', help: 'Things.', samples: [{ labels: {}, value: 2 }] } as const,
];

it('is one page, in the format that was asked for, on the loopback address alone', async () => {
  const page = stack.use(await serveMetrics(0, families));
  expect(new URL(page.url).hostname).toBe('127.0.0.1');
  const plain = await fetch(`${page.url}?x=1`);
  expect(await plain.text()).toBe('# HELP things_total Things.\n# TYPE things_total counter\nthings_total 2\n');
  const open = await fetch(page.url, { headers: { accept: 'application/openmetrics-text' } });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(await open.text()).toBe('# HELP things Things.\n# TYPE things counter\nthings_total 2\n# EOF\n');
  const head = await fetch(page.url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '71', '']);
  expect((await fetch(new URL('/other', page.url))).status).toBe(404);
  expect((await fetch(page.url, { method: 'POST' })).status).toBe(405);
});

it('names the port that somebody else has, and nothing of the gateway stays behind', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  stack.use({ [Symbol.asyncDispose]: async () => void holder.close() });
  const { port } = holder.address() as AddressInfo;
  await expect(testGateway({}, { settings: { metrics: { port } } })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(
      `Port ${port}, which the gateway's metrics needs, is held by process ${process.pid}`,
    ),
    hint: 'Choose another port under gateway.metrics in mscli.yaml.',
  });
});
