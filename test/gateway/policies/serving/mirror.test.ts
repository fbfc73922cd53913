import type { RequestListener } from 'node:http';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../../../src/gateway/limits.js';
import { openRaw } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { addInstance, testGateway } from '../../setup/test-gateway.js';
import { deadUrl, httpUpstream, rawUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** Reads requests whole, and answers with what it is called. */
function recorder(name: string): { seen: Seen[]; listener: RequestListener } {
  const seen: Seen[] = [];
  const listener: RequestListener = (incoming, outgoing) => {
    let body = '';
    incoming
      .on('error', () => {})
      .on('data', (part) => {
        body += part;
      });
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      seen.push({ method, url, headers, body });
      outgoing.end(name);
    });
  };
  return { seen, listener };
}

async function mirroring(
  mirrorUrl: string | undefined,
  { mirror = {}, policies = {}, limits = {} }: { mirror?: object; policies?: object; limits?: Partial<Limits> } = {},
) {
  const { seen, listener } = recorder('own');
  const own = stack.use(await httpUpstream(listener));
  const all = { ...policies, mirror: { service: 'b-service', ...mirror } };
  const gateway = stack.use(await testGateway({ '/a': { urls: [own.url], policies: all } }, { limits }));
  await gateway.update((draft) => {
    if (mirrorUrl !== undefined) addInstance(draft, 'b-service', mirrorUrl, 1);
  });
  const copies = () => gateway.lines.filter(({ msg }) => msg === 'mirrored');
  return { gateway, seen, copies };
}

async function mirrored(options?: Parameters<typeof mirroring>[1]) {
  const other = recorder('other');
  const upstream = stack.use(await httpUpstream(other.listener));
  return { other: other.seen, ...(await mirroring(upstream.url, options)) };
}

describe('the mirror', () => {
  it('gets what the service gets, marked, and nobody gets its answer', async () => {
    const { gateway, seen, other, copies } = await mirrored({ policies: { rewritePrefix: '/v1' } });
    const post = { method: 'POST' as const, body: 'a body', headers: { 'x-own': '1', 'x-mirrored-by': 'me' } };
    expect(await (await request(`${gateway.url}/a/b?c`, post)).body.text()).toBe('own');
    expect(await (await request(`${gateway.url}/a`)).body.text()).toBe('own');
    await waitUntil(() => copies().length === 2, 'the copies');
    expect(other.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/b?c', 'a body'],
      ['GET', '/v1', ''],
    ]);
    const [original, copy] = [seen[0]?.headers, other[0]?.headers];
    expect(copy).toMatchObject({ 'x-own': '1', 'x-mirrored-by': 'mscli', 'x-request-id': original?.['x-request-id'] });
    expect(original?.['x-mirrored-by']).toBeUndefined();
    const line = { status: 200, level: 'info', upstream: 'b-service', upstreamInstance: 'b-service-1' };
    expect(copies()[0]).toMatchObject({ ...line, requestId: gateway.requests()[0]?.requestId });
  });

  it('gets bodies without a length too, with one, and none that is larger than its bound', async () => {
    const { gateway, seen, other, copies } = await mirrored({ mirror: { maxBody: '1kb' } });
    async function* parts(sizes: number[]) {
      for (const size of sizes) yield Buffer.alloc(size, 'x');
    }
    const post = (body: string | AsyncIterable<Buffer>) =>
      request(`${gateway.url}/a`, { method: 'POST', body: body as string }).then((answer) => answer.body.text());
    for (const body of ['x'.repeat(1025), parts([1000, 25]), parts([600, 400, 24])])
      expect(await post(body)).toBe('own');
    await waitUntil(() => copies().length === 1, 'the copy');
    expect(seen).toHaveLength(3);
    expect(
      other.map(({ body, headers }) => [body.length, headers['content-length'], headers['transfer-encoding']]),
    ).toEqual([[1024, '1024', undefined]]);
  });

  it('gets only what was let through and was not answered from the store', async () => {
    const policies = { rateLimit: { requests: 2, per: '1h' }, cache: { for: '1m' } };
    const { gateway, other, copies } = await mirrored({ policies });
    const statuses = [];
    for (let n = 0; n < 4; n++) {
      const { statusCode, body } = await request(`${gateway.url}/a`);
      await body.dump();
      statuses.push(statusCode);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
    await waitUntil(() => copies().length === 1, 'the copy');
    expect(other).toHaveLength(1);
  });

  it('gets nothing of a request whose client leaves before its end, and then has its place back', async () => {
    const { gateway, other, copies } = await mirrored({ mirror: { concurrency: 1 }, limits: { halfClosedMs: 100 } });
    const leaver = openRaw(gateway.port);
    leaver.socket.write('POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await new Promise((resolve) => setTimeout(resolve, 50));
    leaver.socket.destroy();
    await waitUntil(() => gateway.requests().length === 1, 'the gateway to notice');
    await (await request(`${gateway.url}/a`, { method: 'POST', body: 'whole' })).body.dump();
    await waitUntil(() => copies().length === 1, 'the copy');
    expect(other.map(({ body }) => body)).toEqual(['whole']);
  });
});

describe('what becomes of the mirror is nothing to the client', () => {
  const ask = async (url: string) => (await request(`${url}/a`)).body.text();

  it.each<[string, () => Promise<string | undefined>]>([
    ['has no instance', async () => undefined],
    ['cannot be reached', deadUrl],
    ['cuts', async () => stack.use(await rawUpstream((socket) => socket.on('data', () => socket.destroy()))).url],
    [
      'answers garbage',
      async () => stack.use(await rawUpstream((socket) => socket.on('data', () => socket.end('garbage\r\n\r\n')))).url,
    ],
    ['answers 500', async () => stack.use(await httpUpstream((_, outgoing) => outgoing.writeHead(500).end())).url],
  ])('when it %s', async (_, mirror) => {
    const { gateway, copies } = await mirroring(await mirror());
    for (let n = 0; n < 8; n++) expect(await ask(gateway.url)).toBe('own');
    await waitUntil(() => copies().length === 8, 'the copies');
    expect(copies().every(({ level }) => level === 'warn')).toBe(true);
  });

  it('when it hangs: no more than so many wait for it', async () => {
    const sockets = new Set<unknown>();
    const hanging = stack.use(await rawUpstream((socket) => void sockets.add(socket.resume())));
    const mirror = { concurrency: 3, timeout: '1m' };
    const { gateway, copies } = await mirroring(hanging.url, { mirror });
    for (let n = 0; n < 30; n++) expect(await ask(gateway.url)).toBe('own');
    await waitUntil(() => sockets.size === 3, 'the copies');
    await gateway.gateway.stop();
    expect([sockets.size, copies().length]).toEqual([3, 3]);
  });

  it('when it takes too long: each is given up in its time', async () => {
    const hanging = stack.use(await rawUpstream((socket) => void socket.resume()));
    const { gateway, copies } = await mirroring(hanging.url, { mirror: { concurrency: 1, timeout: '100ms' } });
    for (let n = 1; n <= 3; n++) {
      expect(await ask(gateway.url)).toBe('own');
      await waitUntil(() => copies().length === n, 'the copy to be given up');
      expect(copies().at(-1)).toMatchObject({ level: 'warn', reason: 'upstream-timeout' });
    }
  });

  it('when its breaker is open, which is its own', async () => {
    const { gateway, copies } = await mirroring(await deadUrl());
    for (let n = 0; n < 8; n++) {
      await ask(gateway.url);
      await waitUntil(() => copies().length === n + 1, 'the copy');
    }
    const reasons = copies().map(({ reason }) => reason);
    expect([reasons[0], reasons.at(-1)]).toEqual(['upstream-failed', 'breaker-open']);
    const own = () => gateway.gateway.discovery.snapshot.breakers['gateway-1'] ?? {};
    await waitUntil(() => own()['gateway->b-service']?.state === 'open', 'the report');
    expect(own()['gateway->a-service']?.state ?? 'closed').toBe('closed');
  });

  it('when it answers without an end: the gateway stops without it', async () => {
    const endless = stack.use(await httpUpstream((_, outgoing) => void outgoing.writeHead(200).write('x')));
    const { gateway, copies } = await mirroring(endless.url, { mirror: { timeout: '1m' } });
    expect(await ask(gateway.url)).toBe('own');
    await gateway.gateway.stop();
    expect(copies()).toHaveLength(1);
  });
});
