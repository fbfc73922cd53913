import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePorts } from '../../support/free-ports.js';
import { readPage, valuesOf } from '../metrics/read-page.js';
import { bundleGateway, type GatewayProcess, gatewayProcess } from '../setup/gateway-process.js';
import { workersOf } from '../setup/gateway-workers.js';
import { TestStack } from '../setup/stack.js';
import { addInstance } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function twoWorkers(port: number): Promise<GatewayProcess> {
  const upstream = stack.use(await httpUpstream((_, response) => response.end('ok')));
  const { file } = stack.use(await bundleGateway());
  const discover: Parameters<typeof gatewayProcess>[1] = (draft) => {
    draft.routes.push({ path: '/a', service: 'a-service', stripPrefix: false });
    addInstance(draft, 'a-service', upstream.url, 1);
  };
  const settings = JSON.stringify({ workers: 2, metrics: { port } });
  return stack.use(await gatewayProcess(file, discover, { MSCLI_GATEWAY_SETTINGS: settings }));
}

it('are on one page, that of the primary, and do not fall when a worker is replaced', { timeout: 60_000 }, async () => {
  const [port = 0] = await freePorts(1);
  const gateway = await twoWorkers(port);
  const page = () => readPage(`http://127.0.0.1:${port}/metrics`);
  const requests = async () =>
    valuesOf(await page(), 'mscli_gateway_requests_total', { route: '/a', status: '2xx' })[0] ?? 0;
  const ask = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const reply = await fetch(`${gateway.url}/a`, { headers: { connection: 'close' } });
      expect(reply.status).toBe(200);
    }
  };
  await ask(10);
  await waitUntil(async () => (await requests()) === 10, 'all requests to be counted');
  const before = await page();
  const of = (name: string) => before.filter((sample) => sample.name === name).map(({ labels }) => labels.worker);
  expect(of('process_resident_memory_bytes').toSorted()).toEqual(['gateway-1', 'gateway-1.1', 'gateway-1.2']);
  const states = before.filter(({ name, value }) => name === 'mscli_breaker_state' && value === 1);
  expect(states.map(({ labels }) => labels.worker).toSorted()).toEqual(['gateway-1.1', 'gateway-1.2']);
  expect(valuesOf(before, 'mscli_gateway_connections_opened_total', { side: 'client' })).toEqual([10]);

  const pid = (await workersOf(gateway)).get('gateway-1.1') ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitUntil(async () => ((await workersOf(gateway)).get('gateway-1.1') ?? pid) !== pid, 'another worker');
  expect(await requests()).toBeGreaterThanOrEqual(10);
  await ask(4);
  await waitUntil(async () => (await requests()) === 14, 'the later requests to be counted');
});

it('name the port that somebody else has, and nothing runs then', { timeout: 60_000 }, async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  stack.use({ [Symbol.asyncDispose]: async () => void holder.close() });
  const { port } = holder.address() as AddressInfo;
  const gateway = await twoWorkers(port);
  expect(await gateway.exit).toBe(1);
  expect(gateway.lines).toContainEqual(
    expect.objectContaining({ level: 'error', code: 'PORT_TAKEN', msg: expect.stringContaining(`Port ${port}`) }),
  );
});
