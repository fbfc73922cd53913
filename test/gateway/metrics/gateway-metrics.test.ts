import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { durationBounds } from '../../../src/gateway/metrics/duration-buckets.js';
import { exchangeBytes, openRaw } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { type TestGateway, testGateway } from '../setup/test-gateway.js';
import { deadUrl, httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';
import { readPage, valuesOf } from './read-page.js';

const stack = new TestStack();
afterEach(() => stack.end());

type Routes = Parameters<typeof testGateway>[0];

async function meteredGateway(
  routes: Routes,
): Promise<TestGateway & { pageUrl: string; page: () => ReturnType<typeof readPage> }> {
  const gateway = stack.use(await testGateway(routes, { settings: { metrics: { port: 0 } } }));
  const told = gateway.lines.find(({ msg }) => msg.startsWith('metrics on '));
  const url = told?.msg.replace('metrics on ', '') ?? '';
  return { ...gateway, pageUrl: url, page: () => readPage(url) };
}

async function over(gateway: TestGateway, requests: number): Promise<void> {
  await waitUntil(() => gateway.requests().length >= requests, `${requests} requests to be over`);
}

it('counts what the cache was to the requests of a route', async () => {
  const upstream = stack.use(
    await httpUpstream((request, response) => {
      response.setHeader('Cache-Control', request.url === '/a/own' ? 'private' : 'max-age=60');
      response.end('x');
    }),
  );
  const gateway = await meteredGateway({
    '/a': { urls: [upstream.url], policies: { cache: {} } },
    '/b': { service: 'b-service', urls: [upstream.url] },
  });
  for (const path of ['/a', '/a', '/a', '/a/own', '/b']) await (await fetch(gateway.url + path)).text();
  await over(gateway, 5);
  const page = await gateway.page();
  const visits = (labels: Record<string, string>) => valuesOf(page, 'mscli_gateway_cache_requests_total', labels);
  expect([visits({ route: '/a', outcome: 'hit' }), visits({ route: '/a', outcome: 'miss' })]).toEqual([[2], [2]]);
  expect(visits({})).toHaveLength(2);
});

it('counts requests by route, service, method and class of status, and how long they took', async () => {
  const upstream = stack.use(
    await httpUpstream((request, response) => {
      response.statusCode = request.url === '/a/missing' ? 404 : 200;
      request.resume().on('end', () => response.end('x'.repeat(1000)));
    }),
  );
  const gateway = await meteredGateway({
    '/a': { urls: [upstream.url] },
    '/b': { service: 'b-service', urls: [upstream.url] },
  });
  for (const path of ['/a/1', '/a/2', '/a/missing', '/b']) await (await fetch(gateway.url + path)).text();
  await (await fetch(`${gateway.url}/a`, { method: 'POST', body: 'y'.repeat(5000) })).text();
  await over(gateway, 5);
  const page = await gateway.page();
  const requests = (labels: Record<string, string>) => valuesOf(page, 'mscli_gateway_requests_total', labels);
  expect(requests({ route: '/a', service: 'a-service', method: 'GET', status: '2xx' })).toEqual([2]);
  expect(requests({ route: '/a', method: 'GET', status: '4xx' })).toEqual([1]);
  expect(requests({ route: '/a', method: 'POST', status: '2xx' })).toEqual([1]);
  expect(requests({ route: '/b', service: 'b-service' })).toEqual([1]);
  expect(requests({})).toHaveLength(4);

  const bucket = (le: string) => valuesOf(page, 'mscli_gateway_request_duration_seconds_bucket', { route: '/a', le });
  expect(bucket('+Inf')).toEqual([4]);
  expect(durationBounds.map((bound) => bucket(String(bound))).every(([value = -1]) => value >= 0 && value <= 4)).toBe(
    true,
  );
  expect(valuesOf(page, 'mscli_gateway_request_duration_seconds_count')).toEqual([4, 1]);
  expect(valuesOf(page, 'mscli_gateway_request_duration_seconds_sum', { route: '/a' })[0]).toBeGreaterThan(0);

  const side = (name: string, which: string) => valuesOf(page, `mscli_gateway_${name}`, { side: which })[0] ?? 0;
  expect(side('connections', 'client')).toBeGreaterThanOrEqual(1);
  expect(side('connections_opened_total', 'upstream')).toBeGreaterThanOrEqual(1);
  expect(side('received_bytes_total', 'client')).toBeGreaterThan(5000);
  expect(side('sent_bytes_total', 'client')).toBeGreaterThan(5000);
  expect(side('received_bytes_total', 'upstream')).toBeGreaterThan(5000);
  expect(valuesOf(page, 'mscli_gateway_idle_upstream_connections')[0]).toBeGreaterThanOrEqual(1);
  expect(valuesOf(page, 'mscli_breaker_state', { callee: 'a-service', state: 'closed' })).toEqual([1]);
  expect(valuesOf(page, 'mscli_breaker_calls_total', { callee: 'a-service', outcome: 'success' })).toEqual([4]);
  expect(valuesOf(page, 'process_resident_memory_bytes')[0]).toBeGreaterThan(1e6);
  expect(valuesOf(page, 'process_cpu_seconds_total')[0]).toBeGreaterThan(0);
  expect(valuesOf(page, 'nodejs_eventloop_lag_max_seconds')[0]).toBeGreaterThanOrEqual(0);
});

it('grows with the routes, never with what clients make up', async () => {
  const upstream = stack.use(await httpUpstream((_, response) => response.end()));
  const gateway = await meteredGateway({ '/a': { urls: [upstream.url] } });
  const methods = ['PURGE', 'LOCK', 'UNLOCK', 'MERGE', 'LINK'];
  for (let n = 0; n < 30; n++) {
    await (await fetch(`${gateway.url}/a/${n}`, { method: methods[n % methods.length] ?? '' })).text();
    await (await fetch(`${gateway.url}/made-up-${n}`, { method: methods[n % methods.length] ?? '' })).text();
    await exchangeBytes(gateway.port, `MADEUP${n} /a HTTP/1.1\r\nHost: a\r\n\r\n`);
  }
  await over(gateway, 60);
  const page = await gateway.page();
  const name = 'mscli_gateway_requests_total';
  expect(page.filter((sample) => sample.name === name)).toEqual([
    { name, labels: { route: '/a', service: 'a-service', method: 'other', status: '2xx' }, value: 30 },
    { name, labels: { route: '', service: '', method: 'other', status: '4xx' }, value: 30 },
  ]);
  expect(valuesOf(page, 'mscli_gateway_malformed_requests_total', { status: '501' })).toEqual([30]);
  await gateway.update((draft) => {
    draft.routes = [];
  });
  await waitUntil(async () => (await fetch(`${gateway.url}/a`)).status === 404, 'the route to be gone');
  expect(valuesOf(await gateway.page(), 'mscli_gateway_requests_total', { route: '/a' })).toEqual([]);
});

it('counts refusals by the kind of the problem, and retries by their reason', async () => {
  const upstream = stack.use(await httpUpstream((_, response) => response.end()));
  let attempts = 0;
  const shaky = stack.use(
    await httpUpstream((_, response) => {
      attempts += 1;
      response.writeHead(attempts % 2 === 1 ? 503 : 200).end();
    }),
  );
  const gateway = await meteredGateway({
    '/limited': { urls: [upstream.url], policies: { rateLimit: { requests: 1 } } },
    '/empty': { service: 'empty-service', urls: [] },
    '/half': { service: 'half-service', urls: [await deadUrl(), upstream.url] },
    '/shaky': { service: 'shaky-service', urls: [shaky.url], policies: { retries: {} } },
  });
  const paths = ['/limited', '/limited', '/limited', '/empty', '/none', '/half', '/shaky'];
  for (const path of paths) await (await fetch(gateway.url + path)).text();
  await over(gateway, paths.length);
  const page = await gateway.page();
  const refused = (labels: Record<string, string>) => valuesOf(page, 'mscli_gateway_refused_requests_total', labels);
  expect(refused({ route: '/limited', reason: 'rate-limited' })).toEqual([2]);
  expect(refused({ route: '/empty', reason: 'no-instance' })).toEqual([1]);
  expect(refused({ route: '', reason: 'no-route' })).toEqual([1]);
  const retried = (labels: Record<string, string>) => valuesOf(page, 'mscli_gateway_retries_total', labels);
  expect(retried({ route: '/half', reason: 'unreachable' })).toEqual([1]);
  expect(retried({ route: '/shaky', reason: 'policy' })).toEqual([1]);
});

it('shows what runs, and counts what was broken off', async () => {
  const upstream = stack.use(await httpUpstream(() => {}));
  const gateway = await meteredGateway({ '/a': { urls: [upstream.url] } });
  const running = async () =>
    valuesOf(await gateway.page(), 'mscli_gateway_running_requests', { end: 'foreseen' })[0] ?? 0;
  const { socket } = openRaw(gateway.port);
  socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
  await waitUntil(async () => (await running()) === 1, 'the request to run');
  socket.destroy();
  await over(gateway, 1);
  expect(await running()).toBe(0);
  const brokenOff = valuesOf(await gateway.page(), 'mscli_gateway_broken_off_requests_total', {
    route: '/a',
    reason: 'client-gone',
  });
  expect(brokenOff).toEqual([1]);
});

const PYTHON = '/usr/bin/python3';
const isMissing = spawnSync(PYTHON, ['-c', 'import prometheus_client']).status !== 0;
const why = isMissing ? ' (skipped: Debian has them as python3-prometheus-client)' : '';

describe.skipIf(isMissing)(`Prometheus’ own parsers${why}`, () => {
  it.each([
    ['prometheus', 'text/plain'],
    ['openmetrics', 'application/openmetrics-text'],
  ])('read the page as %s', async (format, accept) => {
    const upstream = stack.use(await httpUpstream((_, response) => response.end()));
    const gateway = await meteredGateway({ '/a': { urls: [upstream.url] }, '/"quoted"': { urls: [upstream.url] } });
    for (const path of ['/a', '/%22quoted%22', '/none']) await (await fetch(gateway.url + path)).text();
    await over(gateway, 3);
    const input = await (await fetch(gateway.pageUrl, { headers: { accept } })).text();
    const script = join(import.meta.dirname, 'read_page.py');
    const { stdout } = await execa(PYTHON, [script, format], { input });
    const buckets = durationBounds.length + 1;
    expect(JSON.parse(stdout)).toMatchObject({
      mscli_gateway_requests: ['counter', 3],
      mscli_gateway_request_duration_seconds: ['histogram', 3 * (buckets + 2)],
      mscli_gateway_refused_requests: ['counter', 1],
      mscli_gateway_connections: ['gauge', 2],
      mscli_breaker_state: ['gauge', 5],
      process_cpu_seconds: ['counter', 1],
    });
  });
});
