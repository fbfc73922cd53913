import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { type TestGateway, testGateway } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
const seen: string[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      incoming.resume().on('end', () => outgoing.end('ok'));
    }),
  );
  gateway = stack.use(
    await testGateway(
      { '/api': { urls: [upstream.url] } },
      { limits: { headMs: 300, deadlineMs: 300, lingerMs: 100 } },
    ),
  );
});
afterAll(() => stack.end());

const get = (target: string, fields = 'Host: a\r\n') => `GET ${target} HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`;
const post = (fields: string, body: string, version = '1.1') =>
  `POST /api/evil HTTP/${version}\r\nHost: a\r\n${fields}\r\n${body}`;
const smuggled = 'GET /api/smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

describe('what could be understood in two ways', () => {
  it.each([
    ['CL.TE', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`), 400],
    ['TE.CL', post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `0\r\n\r\n${smuggled}`), 400],
    ['TE.TE', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${smuggled}`), 400],
    [
      'TE.TE, the other way round',
      post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      501,
    ],
    ['a coding that only looks chunked', post('Transfer-Encoding: xchunked\r\n', smuggled), 501],
    ['a coding with a control character', post('Transfer-Encoding: \x0bchunked\r\n', smuggled), 400],
    ['two codings', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
    ['a chunked HTTP/1.0 request', post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n', '1.0'), 400],
    ['two lengths', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), 400],
    ['the same length twice', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), 400],
    ['a list of lengths', post('Content-Length: 3, 3\r\n', 'abc'), 400],
    ['a signed length', post('Content-Length: +3\r\n', 'abc'), 400],
    ['a negative length', post('Content-Length: -1\r\n', 'abc'), 400],
    ['a hexadecimal length', post('Content-Length: 0x3\r\n', 'abc'), 400],
    ['an obs-fold', post('X: a\r\n Content-Length: 3\r\n', 'abc'), 400],
    ['bare line feeds', 'GET /api HTTP/1.1\nHost: a\n\n', 400],
    ['a space before the colon', get('/api', 'Host: a\r\nX : b\r\n'), 400],
    ['a NUL in a field', get('/api', 'Host: a\r\nX: a\0b\r\n'), 400],
    ['a bare CR in a field', get('/api', 'Host: a\r\nX: a\rY: b\r\n'), 400],
    ['an unknown version', 'GET /api HTTP/1.2\r\nHost: a\r\n\r\n', 400],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['no HTTP at all', 'SSH-2.0-client\r\n', 400],
  ])('%s is refused and the connection closed', async (_, bytes, status) => {
    const { text, closed } = await exchangeBytes(gateway.port, bytes);
    expect(statusOf(text)).toBe(status);
    expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(closed).toBe(true);
    expect(text).toContain('application/problem+json');
    expect(seen.join()).not.toContain('smuggled');
  });

  it.each([
    ['no Host', get('/api', ''), 400],
    ['two Hosts', get('/api', 'Host: a\r\nHost: b\r\n'), 400],
    ['an empty Host', get('/api', 'Host: \r\n'), 400],
    ['a Host with a path', get('/api', 'Host: a/b\r\n'), 400],
    ['a Host with userinfo', get('/api', 'Host: a@b\r\n'), 400],
    ['a Host with a quote', get('/api', 'Host: a";for=1.1.1.1\r\n'), 400],
    ['an absolute target with another Host', get('http://b/api'), 400],
    ['an absolute target with userinfo', get('http://x@a/api'), 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['TRACE', 'TRACE /api HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 501],
    ['an unknown expectation', get('/api', 'Host: a\r\nExpect: more\r\n'), 417],
    ['dot segments', get('/api/../admin'), 400],
    ['encoded dot segments', get('/api/%2e%2e/admin'), 400],
    ['a doubly encoded dot segment', get('/api/%252e%252e/admin'), 400],
    ['an encoded slash', get('/api/..%2fadmin'), 400],
    ['an encoded backslash', get('/api/%5c..%5cadmin'), 400],
    ['a backslash', get('/api\\admin'), 400],
    ['a path parameter behind dots', get('/api/..;/admin'), 400],
    ['an encoded NUL', get('/api/%00'), 400],
    ['a fragment', get('/api#x'), 400],
    ['more fields than anybody sends', get('/api', `Host: a\r\n${'X: y\r\n'.repeat(300)}`), 431],
    ['a head that is too large', get('/api', `Host: a\r\nX: ${'y'.repeat(20_000)}\r\n`), 431],
  ])('%s is refused', async (_, bytes, status) => {
    const before = seen.length;
    const { text } = await exchangeBytes(gateway.port, bytes);
    expect(statusOf(text)).toBe(status);
    expect(seen).toHaveLength(before);
  });

  it('takes an absolute target with the same Host, and an encoded letter for the letter', async () => {
    expect(statusOf((await exchangeBytes(gateway.port, get('http://A/api/1'))).text)).toBe(200);
    expect(statusOf((await exchangeBytes(gateway.port, get('/%61pi/2'))).text)).toBe(200);
    expect(seen.slice(-2)).toEqual(['GET /api/1', 'GET /%61pi/2']);
  });

  it('never forwards a bad chunk as the end of a body', async () => {
    const { text } = await exchangeBytes(
      gateway.port,
      post('Transfer-Encoding: chunked\r\n', `3\r\nabc\r\nzz\r\n${smuggled}`),
    );
    expect(text).not.toContain('200 OK');
    expect(seen.join()).not.toContain('smuggled');
  });

  it('never forwards a bad chunk as the end of a body that is on its way already', async () => {
    const client = openRaw(gateway.port);
    client.socket.write(post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n'));
    await waitUntil(() => seen.at(-1) === 'POST /api/evil', 'the upstream to have the head');
    client.socket.write(`zz\r\n${smuggled}`);
    expect(statusOf(await client.seen(/}\n$/))).toBe(400);
    await waitUntil(() => client.socket.closed || client.socket.readableEnded, 'the end');
    expect(seen.join()).not.toContain('smuggled');
    expect(gateway.requests().at(-1)).toMatchObject({ path: '/api/evil', status: 400, reason: 'bad-request' });
    expect(gateway.lines).toContainEqual(expect.objectContaining({ msg: 'refused', status: 400 }));
    client.socket.destroy();
  });
});

describe('problem answers', () => {
  it('say what RFC 9457 asks for, and for a path without a route 404', async () => {
    const response = await fetch(`${gateway.url}/apix?secret=1`, { headers: { 'x-request-id': 'mine' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const id = response.headers.get('x-request-id');
    expect(await response.json()).toEqual({
      type: 'urn:mscli:problem:no-route',
      title: 'No route',
      status: 404,
      detail: 'No route takes this path.',
      instance: `urn:uuid:${id}`,
    });
    await waitUntil(() => gateway.requests().some(({ requestId }) => requestId === id), 'the access line');
    expect(gateway.requests().find(({ requestId }) => requestId === id)).toEqual({
      level: 'info',
      msg: 'request',
      method: 'GET',
      path: '/apix',
      status: 404,
      durationMs: expect.any(Number),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      requestId: id,
      clientRequestId: 'mine',
      reason: 'no-route',
    });
  });

  it('answer HEAD without a body', async () => {
    const { text } = await exchangeBytes(gateway.port, 'HEAD /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(statusOf(text)).toBe(404);
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it('leave the connection usable', async () => {
    const { text } = await exchangeBytes(gateway.port, `GET /none HTTP/1.1\r\nHost: a\r\n\r\n${get('/api')}`);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });
});

describe('slow clients', () => {
  it('are told off when the head does not arrive', async () => {
    const client = openRaw(gateway.port);
    client.socket.write('GET /api HTTP/1.1\r\nHost');
    expect(statusOf(await client.seen(/\r\n\r\n.*}/s))).toBe(408);
    client.socket.destroy();
  });

  it('are told off when the body stops arriving, and the breaker does not mind', async () => {
    const client = openRaw(gateway.port);
    client.socket.write('POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    expect(statusOf(await client.seen(/\r\n\r\n.*}/s))).toBe(408);
    client.socket.destroy();
    expect(gateway.gateway.discovery.snapshot.breakers['gateway-1']?.['gateway->a-service']?.failures ?? 0).toBe(0);
  });

  it('are cut when they go on sending what nobody wants', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const errors: unknown[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.resume();
    socket.write('POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
    await waitUntil(async () => {
      if (socket.writable) socket.write('x');
      await sleep(20);
      return socket.closed;
    }, 'the connection to be cut');
  });
});

it('tells how it is under a path that no route can take', async () => {
  const response = await fetch(`${gateway.url}/.mscli/health`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
  expect((await fetch(`${gateway.url}/.mscli/else`)).status).toBe(404);
});
