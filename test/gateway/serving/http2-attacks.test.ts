import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, http2Session } from '../setup/http2-connection.js';
import { block, type Fields, flags, frame, frames, rawHttp2 } from '../setup/raw-http2.js';
import { TestStack } from '../setup/stack.js';
import { tlsConnection, tlsGateway } from '../setup/tls-gateway.js';
import { httpUpstream, naiveUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** Error codes of RFC 9113 §7. */
const [PROTOCOL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM] = [1, 7, 8, 11];

type Options = Parameters<typeof tlsGateway>[1];

async function naive(options: Options = {}) {
  const upstream = stack.use(await naiveUpstream());
  const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }, options));
  return { upstream, gateway, client: stack.use(await rawHttp2(gateway)) };
}

async function counting(options: Options = {}) {
  let [asked, open] = [0, 0];
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      if (incoming.url === '/alive') return void outgoing.end('alive');
      asked += 1;
      open += 1;
      outgoing.on('close', () => {
        open -= 1;
      });
      return undefined;
    }),
  );
  const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }, options));
  const isAlive = async () => (await ask(stack.use(http2Session(gateway)), { ':path': '/alive' })).body === 'alive';
  const client = stack.use(await rawHttp2(gateway));
  return { gateway, client, isAlive, asked: () => asked, open: () => open };
}

const pseudo = (changes: Record<string, string | undefined> = {}): Fields =>
  Object.entries({ ':method': 'POST', ':scheme': 'https', ':authority': 'a', ':path': '/a', ...changes }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
  );
const get = pseudo({ ':method': 'GET' });
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a downgrade', () => {
  it.each<[string, Fields]>([
    ['H2.TE: transfer-encoding', [...pseudo(), ['transfer-encoding', 'chunked']]],
    ['connection', [...pseudo(), ['connection', 'transfer-encoding']]],
    ['keep-alive', [...pseudo(), ['keep-alive', 'timeout=5']]],
    ['proxy-connection', [...pseudo(), ['proxy-connection', 'keep-alive']]],
    ['upgrade', [...pseudo(), ['upgrade', 'websocket']]],
    ['http2-settings', [...pseudo(), ['http2-settings', 'AAMAAABkAAQAAP__']]],
    ['TE with more than trailers', [...pseudo(), ['te', 'trailers, gzip']]],
    ['a name in upper case', [...pseudo(), ['Transfer-Encoding', 'chunked']]],
    ['two lengths', [...pseudo(), ['content-length', '1'], ['content-length', '1']]],
    ['a length with a sign', [...pseudo(), ['content-length', '+1']]],
    ['a length that is a list', [...pseudo(), ['content-length', '1, 1']]],
    ['a length of what does not come', [...pseudo(), ['content-length', '5']]],
    ['a line end in the method', pseudo({ ':method': `GET / HTTP/1.1\r\nHost: b\r\n\r\nGET` })],
    ['a blank in the path', pseudo({ ':path': '/a HTTP/1.1\r\nX: y' })],
    ['a path without a slash', pseudo({ ':path': 'a' })],
    ['a path that is a URL', pseudo({ ':path': 'https://b/a' })],
    ['no path', pseudo({ ':path': undefined })],
    ['an empty path', pseudo({ ':path': '' })],
    ['a path beyond ASCII', pseudo({ ':path': '/\xff' })],
    ['an asterisk for another method', pseudo({ ':path': '*' })],
    ['two paths', [...pseudo(), [':path', '/b']]],
    ['two methods', [...pseudo(), [':method', 'GET']]],
    ['no method', pseudo({ ':method': undefined })],
    ['no scheme', pseudo({ ':scheme': undefined })],
    ['the scheme http', pseudo({ ':scheme': 'http' })],
    ['a scheme that is a prefix', pseudo({ ':scheme': 'https://b/x?' })],
    ['a blank in the authority', pseudo({ ':authority': 'a b' })],
    ['a user in the authority', pseudo({ ':authority': 'user@a' })],
    ['neither authority nor Host', pseudo({ ':authority': undefined })],
    ['another Host', [...pseudo(), ['host', 'b']]],
    ['two Hosts', [...pseudo({ ':authority': undefined }), ['host', 'a'], ['host', 'a']]],
    ['an unknown pseudo-header field', [...pseudo(), [':x', 'y']]],
    ['one of an answer', [...pseudo(), [':status', '200']]],
    ['a pseudo-header field behind another field', [...pseudo(), ['x', 'y'], [':path', '/b']]],
    ['extended CONNECT', [...pseudo({ ':method': 'CONNECT' }), [':protocol', 'websocket']]],
  ])('by %s reaches no service', async (_, fields) => {
    const { upstream, client } = await naive();
    client.head(1, fields);
    expect([{ reset: PROTOCOL_ERROR }, { status: 400 }]).toContainEqual(await client.outcome(1));
    client.head(3, pseudo({ ':path': '/next', ':method': 'GET' }));
    expect(await client.outcome(3)).toEqual({ status: 200 });
    expect(upstream.seen).toEqual(['GET /next']);
  });

  it.each([
    ['a line end', 'y\r\nContent-Length: 99'],
    ['a line feed', 'y\nX-Evil: 1'],
    ['a carriage return', 'y\rX-Evil: 1'],
    ['a NUL', 'y\0z'],
    ['a blank before it', ' y'],
    ['a blank behind it', 'y\t'],
  ])('by %s in a value does not reach a service as a field', async (_, value) => {
    const { upstream, client } = await naive();
    client.head(1, [...get, ['x-evil', value], ['x-after', 'there']]);
    const outcome = await client.outcome(1);
    expect([{ status: 200 }, { status: 400 }, { reset: PROTOCOL_ERROR }]).toContainEqual(outcome);
    expect(upstream.text()).not.toMatch(/evil|: 99\b/i);
    if ('status' in outcome && outcome.status === 200) expect(upstream.text()).toContain('x-after: there\r\n');
  });

  it.each([
    ['a blank', 'x y'],
    ['a colon', 'x:y'],
    ['a line end', 'x\r\nhost: b\r\nz'],
    ['nothing', ''],
  ])('by %s in a name does not reach a service as a field', async (_, name) => {
    const { upstream, client } = await naive();
    client.head(1, [...get, [name, 'evil']]);
    await client.outcome(1);
    expect(upstream.text()).not.toContain('evil');
  });

  it.each([
    ['longer than its length', '3', `abc${smuggled}`],
    ['shorter than its length', '300', smuggled],
    ['H2.CL: there where the length says none', '0', smuggled],
  ])('by a body that is %s becomes no second request', async (_, length, body) => {
    const { upstream, gateway, client } = await naive();
    client.head(1, [...pseudo(), ['content-length', length]], { ends: false });
    client.data(1, body);
    // By the version of Node, the stream is reset or the connection is closed.
    await client.outcome(1);
    expect((await ask(stack.use(http2Session(gateway)), { ':path': '/b' })).body).toBe('</b>');
    const isBodyAlone = upstream.seen.every((line) => ['POST /a', 'GET /b', 'GET /smuggled'].includes(line));
    expect([isBodyAlone, upstream.seen.at(-1)]).toEqual([true, 'GET /b']);
  });

  it.each<[string, Fields]>([
    ['a length', [['content-length', '3']]],
    ['a coding', [['transfer-encoding', 'chunked']]],
    ['a path', [[':path', '/b']]],
  ])('by trailers with %s is reset', async (_, trailers) => {
    const { client } = await naive();
    client.head(1, pseudo(), { ends: false });
    client.data(1, 'abc', { ends: false });
    client.head(1, trailers);
    await waitUntil(() => client.received.some(({ type, stream }) => type === frames.reset && stream === 1), 'a reset');
  });

  it('by a chunk in a body stays in the body', async () => {
    const { upstream, client } = await naive();
    client.head(1, pseudo(), { ends: false });
    client.data(1, `0\r\n\r\n${smuggled}`);
    expect(await client.outcome(1)).toEqual({ status: 200 });
    await waitUntil(() => upstream.text().endsWith('\r\n0\r\n\r\n'), 'the body');
    expect(upstream.text()).toContain(
      `\r\n\r\n${(5 + smuggled.length).toString(16)}\r\n0\r\n\r\n${smuggled}\r\n0\r\n\r\n`,
    );
  });

  it('of claims and hop-by-hop fields with underscores is what it is over HTTP/1.1', async () => {
    const { upstream, client } = await naive();
    client.head(1, [...get, ['x_forwarded_for', '1.2.3.4'], ['transfer_encoding', 'chunked'], ['x-jwt-sub', 'admin']]);
    await client.outcome(1);
    expect(upstream.text()).not.toMatch(/1\.2\.3\.4|transfer_encoding|admin/i);
  });
});

describe('a head that is too large', () => {
  it.each<[string, Fields, { status: number } | { reset: number }]>([
    ['in bytes', [...get, ['x', 'y'.repeat(8_000)], ['x', 'y'.repeat(8_000)], ['x', 'y'.repeat(500)]], { status: 431 }],
    ['in fields', [...get, ...Array.from({ length: 201 }, () => ['x', 'y'] as const)], { status: 431 }],
    ['in its path', pseudo({ ':path': `/${'x'.repeat(16_390)}` }), { status: 414 }],
    ['by far', [...get, ...Array.from({ length: 600 }, () => ['x', 'y'] as const)], { reset: ENHANCE_YOUR_CALM }],
  ])('%s is refused, and the connection goes on', async (_, fields, expected) => {
    const { client } = await naive();
    const whole = block(fields);
    // A frame holds 16 KiB.
    client.send(frames.headers, flags.endStream, 1, whole.subarray(0, 16_000));
    client.send(frames.continuation, flags.endHeaders, 1, whole.subarray(16_000));
    expect(await client.outcome(1)).toEqual(expected);
    client.head(3, get);
    expect(await client.outcome(3)).toEqual({ status: 200 });
  });

  it('by its compression is refused before it is large (HPACK bomb)', async () => {
    const { client } = await naive();
    const large = Buffer.concat([Buffer.from([0x40]), block([['x', 'y'.repeat(3_900)]]).subarray(1)]);
    const again = Buffer.alloc(10_000, 0xbe);
    client.send(frames.headers, flags.endStream | flags.endHeaders, 1, Buffer.concat([block(get), large, again]));
    expect(await client.outcome(1)).toEqual({ reset: ENHANCE_YOUR_CALM });
  });

  it('by CONTINUATION without end closes the connection (CVE-2024-28182)', async () => {
    const { client, isAlive } = await counting();
    client.send(frames.headers, 0, 1, block(get));
    for (let n = 0; n < 1_000; n++) client.send(frames.continuation, 0, 1);
    await client.closed();
    expect(await isAlive()).toBe(true);
  });
});

describe('rapid reset', () => {
  it('is bounded: few requests reach the service, and the connection is closed (CVE-2023-44487)', async () => {
    const { client, isAlive, asked, open, gateway } = await counting();
    const bytes: Buffer[] = [];
    for (let n = 0; n < 5_000; n++) {
      bytes.push(frame(frames.headers, flags.endHeaders | flags.endStream, 2 * n + 1, block(get)));
      bytes.push(frame(frames.reset, 0, 2 * n + 1, Buffer.from([0, 0, 0, CANCEL])));
      // In several reads, since within one Node sees both before it tells of either.
      if (n % 50 === 0) client.socket.write(Buffer.concat(bytes.splice(0)));
      if (n % 50 === 0) await sleep(1);
    }
    await client.closed();
    expect(asked()).toBeLessThan(400);
    expect(await isAlive()).toBe(true);
    await waitUntil(() => open() === 0, 'the service to be rid of all');
    expect(gateway.lines.filter(({ msg }) => msg === 'refused')).toHaveLength(1);
  });

  it('is bounded where the gateway is made to reset (CVE-2025-8671)', async () => {
    const { client, isAlive, asked } = await counting();
    for (let n = 0; n < 2_000 && client.socket.writable; n++) {
      client.head(2 * n + 1, get);
      // An increment of nothing is an error of the stream (RFC 9113 §6.9).
      client.send(frames.update, 0, 2 * n + 1, Buffer.alloc(4));
      if (n % 50 === 0) await sleep(1);
    }
    await client.closed();
    expect(asked()).toBeLessThan(400);
    expect(await isAlive()).toBe(true);
  });

  it('is bounded for requests that are none', async () => {
    const { client, isAlive } = await counting();
    for (let n = 0; n < 1_000; n++) client.head(2 * n + 1, pseudo({ ':scheme': 'ftp' }));
    await client.closed();
    expect(await isAlive()).toBe(true);
  });

  it('leaves those alone who take back a page of requests now and then', async () => {
    const { client, asked } = await counting();
    for (let n = 0; n < 100; n++) client.head(2 * n + 1, get);
    await waitUntil(() => asked() === 100, 'the requests');
    for (let n = 0; n < 100; n++) client.send(frames.reset, 0, 2 * n + 1, Buffer.from([0, 0, 0, CANCEL]));
    client.head(201, pseudo({ ':path': '/alive', ':method': 'GET' }));
    expect(await client.outcome(201)).toEqual({ status: 200 });
  });
});

describe('floods', () => {
  it.each<[string, (n: number) => Buffer]>([
    ['PING', (n) => frame(frames.ping, 0, 0, Buffer.alloc(8, n))],
    ['SETTINGS', () => frame(frames.settings, 0, 0, Buffer.alloc(0))],
    ['empty DATA', () => frame(frames.data, 0, 1, Buffer.alloc(0))],
  ])('of %s close the connection', async (_, make) => {
    const { client, isAlive } = await counting();
    client.head(1, pseudo(), { ends: false });
    for (let n = 0; n < 100 && client.socket.writable; n++) {
      client.socket.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => make(i))));
      await sleep(1);
    }
    await client.closed();
    expect(await isAlive()).toBe(true);
  });

  it('of requests at once are refused above a hundred', async () => {
    const { client, asked } = await counting();
    await waitUntil(() => client.received.some(({ type }) => type === frames.settings), 'the settings');
    for (let n = 0; n < 120; n++) client.head(2 * n + 1, get);
    expect(await client.outcome(239)).toEqual({ reset: REFUSED_STREAM });
    await waitUntil(() => asked() === 100, 'the others');
  });
});

describe('slow attacks over HTTP/2', () => {
  it('by a head that never ends are closed', async () => {
    const { client } = await counting({ limits: { headMs: 100, lingerMs: 100 } });
    client.send(frames.headers, 0, 1, block(get));
    await client.closed();
  });

  it('by a first line that never comes are closed', async () => {
    const { gateway } = await counting({ limits: { headMs: 100, lingerMs: 100 } });
    const socket = await tlsConnection(gateway, { alpn: ['h2'] });
    socket.on('error', () => {}).write('PRI * HTTP');
    await waitUntil(() => socket.resume().readableEnded || socket.closed, 'it to be closed');
    socket.destroy();
  });

  it('by a body that never comes get 408', async () => {
    const { client } = await counting({ limits: { deadlineMs: 100 } });
    client.head(1, pseudo(), { ends: false });
    client.data(1, 'begun', { ends: false });
    expect(await client.outcome(1)).toEqual({ status: 408 });
  });

  it('by an answer that is not read are cut', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end(Buffer.alloc(5_000_000))));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }, { limits: { idleMs: 200 } }));
    const client = stack.use(await rawHttp2(gateway));
    // The window of 65,535 bytes is never opened again.
    client.head(1, get);
    await waitUntil(() => gateway.requests().length === 1, 'the end');
    expect(gateway.requests()[0]).toMatchObject({ status: 200, reason: 'client-stalled' });
  });
});

describe('what is no HTTP/2', () => {
  it.each([
    ['another first line', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['noise', '\0'.repeat(200)],
    ['a frame that is too long', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x04\0\0\0\0\0`],
  ])('is closed: %s', async (_, bytes) => {
    const { gateway, isAlive } = await counting({ limits: { headMs: 200, lingerMs: 100 } });
    const socket = await tlsConnection(gateway, { alpn: ['h2'] });
    socket.on('error', () => {}).resume();
    socket.write(bytes, 'latin1');
    await waitUntil(() => socket.readableEnded || socket.closed, 'it to be closed');
    socket.destroy();
    expect(await isAlive()).toBe(true);
  });
});
