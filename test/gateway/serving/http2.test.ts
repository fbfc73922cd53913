import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { answerOf, ask, http2Session } from '../setup/http2-connection.js';
import { TestStack } from '../setup/stack.js';
import { tlsGateway } from '../setup/tls-gateway.js';
import { answering, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

type Listener = Parameters<typeof httpUpstream>[0];

async function served(listener: Listener, options: Parameters<typeof tlsGateway>[1] = {}, policies?: unknown) {
  const upstream = stack.use(await httpUpstream(listener));
  const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url], policies } }, options));
  return { upstream, gateway, session: stack.use(http2Session(gateway)) };
}

const echo: Listener = async (incoming, outgoing) => {
  const body = await text(incoming);
  const { method, url, rawHeaders, rawTrailers } = incoming;
  outgoing.end(JSON.stringify({ method, url, rawHeaders, rawTrailers, length: body.length, body: body.slice(0, 100) }));
};

const fieldOf = (raw: string[], name: string) =>
  raw[raw.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name) + 1];

describe('a request of HTTP/2', () => {
  it('reaches the service as one of HTTP/1.1, with what the gateway knows of the client', async () => {
    const { session, gateway } = await served(echo);
    const { status, body, headers } = await ask(session, {
      ':path': '/a?b=c',
      accept: 'text/plain',
      te: 'trailers',
      cookie: ['a=1', 'b=2'],
      'x-forwarded-for': '1.2.3.4',
      'x-latin': 'caf\xe9',
    });
    const seen = JSON.parse(body) as { method: string; url: string; rawHeaders: string[] };
    expect([status, seen.method, seen.url]).toEqual([200, 'GET', '/a?b=c']);
    const authority = `127.0.0.1:${gateway.port}`;
    const of = (name: string) => fieldOf(seen.rawHeaders, name);
    expect([of('host'), of('cookie'), of('te'), of('connection')]).toEqual([
      authority,
      'a=1; b=2',
      'trailers',
      'keep-alive, TE',
    ]);
    expect([of('via'), of('x-forwarded-for'), of('x-forwarded-proto')]).toEqual(['2.0 mscli', '127.0.0.1', 'https']);
    expect(Buffer.from(of('x-latin') ?? '', 'latin1')).toEqual(Buffer.from('caf\xe9', 'latin1'));
    expect(seen.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())).not.toContain(
      'transfer-encoding',
    );
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ httpVersion: '2.0', method: 'GET', path: '/a', status: 200 });
  });

  it('is one of many on its connection, each answered when it is ready', async () => {
    const held: (() => void)[] = [];
    const { session } = await served((incoming, outgoing) => {
      if (incoming.url === '/slow') held.push(() => outgoing.end('slow'));
      else outgoing.end(incoming.url);
    });
    const slow = ask(session, { ':path': '/slow' });
    await waitUntil(() => held.length === 1, 'the slow one');
    const quick = await Promise.all(Array.from({ length: 90 }, (_, n) => ask(session, { ':path': `/${n}` })));
    expect(quick.map(({ body }) => body)).toEqual(quick.map((_, n) => `/${n}`));
    held[0]?.();
    expect((await slow).body).toBe('slow');
  });

  it.each([
    ['with a length', { 'content-length': '1000000' }],
    ['without a length', {}],
  ])('carries a body %s', async (_, fields) => {
    const { session } = await served(echo);
    const { body } = await ask(session, { ':path': '/', ':method': 'POST', ...fields }, Buffer.alloc(1_000_000, 'x'));
    const seen = JSON.parse(body);
    expect(seen.length).toBe(1_000_000);
    expect(fieldOf(seen.rawHeaders, 'content-length') ?? fieldOf(seen.rawHeaders, 'transfer-encoding')).toBeDefined();
  });

  it('may have an empty body in any way', async () => {
    const { session } = await served(echo);
    for (const fields of [{ 'content-length': '0' }, {}]) {
      const { body } = await ask(session, { ':path': '/', ':method': 'POST', ...fields }, '');
      expect(JSON.parse(body)).toMatchObject({ method: 'POST', length: 0 });
    }
    const { body } = await ask(session, { ':path': '/', ':method': 'POST' });
    expect(fieldOf(JSON.parse(body).rawHeaders, 'content-length')).toBe('0');
  });

  it('has its trailers passed on', async () => {
    const { session } = await served(echo);
    const stream = session.request({ ':path': '/', ':method': 'POST' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7', 'x-forwarded-for': '1.2.3.4' }));
    stream.end('body');
    const { body } = await answerOf(stream);
    expect(JSON.parse(body).rawTrailers).toEqual(['x-sum', '7']);
  });

  it('waits for a 100 where it expects one, from the service or from the gateway', async () => {
    const { session, upstream } = await served(echo, { limits: { continueMs: 50 } });
    const expecting = async () => {
      const stream = session.request({ ':path': '/', ':method': 'POST', expect: '100-continue' });
      stream.once('continue', () => stream.end('now'));
      return JSON.parse((await answerOf(stream)).body);
    };
    expect(await expecting()).toMatchObject({ body: 'now' });
    upstream.server.on('checkContinue', (incoming, outgoing) => echo(incoming, outgoing));
    expect(await expecting()).toMatchObject({ body: 'now' });
  });

  it('is repeated on a fresh connection when the kept one was stale, with its body', async () => {
    let connections = 0;
    const upstream = stack.use(
      await rawUpstream((socket) => {
        const isFirst = ++connections === 1;
        let requests = 0;
        socket.on('data', () => {
          if (isFirst && ++requests > 1) return socket.destroy();
          return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const session = stack.use(http2Session(gateway));
    await ask(session, { ':path': '/' });
    const { status } = await ask(session, { ':path': '/', ':method': 'PUT' }, 'whole');
    expect([status, connections]).toEqual([200, 2]);
  });

  it('is told of a service that cannot be reached, and of a path without a route', async () => {
    const { session, upstream } = await served(echo);
    await upstream[Symbol.asyncDispose]();
    const { status, headers, body } = await ask(session, { ':path': '/' });
    expect([status, headers['content-type']]).toEqual([502, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:mscli:problem:upstream-failed' });
    expect((await ask(session, { ':path': '/.mscli/nothing' })).status).toBe(404);
    expect(JSON.parse((await ask(session, { ':path': '/.mscli/health' })).body)).toEqual({ status: 'ready' });
  });

  it('goes through the policies of its route', async () => {
    const { session } = await served(echo, {}, { maxBody: '10kb', rateLimit: { requests: 3, per: '1h' } });
    const post = (length: number) => ask(session, { ':path': '/', ':method': 'POST' }, 'x'.repeat(length));
    expect([(await post(10)).status, (await post(20_000)).status]).toEqual([200, 413]);
    const [third, fourth] = [await post(1), await post(1)];
    expect([third.status, third.headers.ratelimit, fourth.status]).toEqual([200, expect.anything(), 429]);
  });
});

describe('an answer over HTTP/2', () => {
  it('keeps fields that come more than once, and has none of the connection', async () => {
    const answer = `HTTP/1.1 200 OK\r\n${[
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'ETag: "x"',
      'ETag: "y"',
      'X-Content-Type-Options: nosniff',
      'X-Content-Type-Options: nosniff',
      '__proto__: p',
      'Connection: keep-alive, X-Hop',
      'X-Hop: h',
      'Keep-Alive: timeout=5',
      'Content-Length: 2',
    ].join('\r\n')}\r\n\r\nok`;
    const upstream = stack.use(await rawUpstream(answering(answer)));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const { raw, body } = await ask(stack.use(http2Session(gateway)), { ':path': '/' });
    const all = (name: string) => raw.filter((_, i) => raw[i - 1] === name && i % 2 === 1);
    expect([all('set-cookie'), all('etag'), all('x-content-type-options')]).toEqual([
      ['a=1', 'b=2'],
      ['"x", "y"'],
      ['nosniff, nosniff'],
    ]);
    expect([all('__proto__'), all('connection'), all('x-hop'), all('keep-alive'), body]).toEqual([
      ['p'],
      [],
      [],
      [],
      'ok',
    ]);
  });

  it('has trailers, interim answers and hints', async () => {
    const chunks = '5\r\nhello\r\n0\r\nX-Sum: 9\r\nContent-Type: evil\r\n\r\n';
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n';
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
    const upstream = stack.use(await rawUpstream(answering(hints + head + chunks, { ends: false })));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const answer = await ask(stack.use(http2Session(gateway)), { ':path': '/' });
    expect(answer).toMatchObject({ body: 'hello', trailers: { 'x-sum': '9' }, headers: { trailer: 'X-Sum' } });
    expect(answer.trailers['content-type']).toBeUndefined();
    expect(answer.informed).toMatchObject([{ status: 103, headers: { link: '</a.css>; rel=preload' } }]);
  });

  it.each(['HTTP2-Settings: x', 'TE: x', 'Proxy-Connection: x', 'Upgrade: h2c', 'Proxy-Authentication-Info: x'])(
    'goes on without a trailer of a connection: %s',
    async (trailer) => {
      const chunks = `5\r\nhello\r\n0\r\nX-Sum: 9\r\n${trailer}\r\n\r\n`;
      const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
      const upstream = stack.use(await rawUpstream(answering(head + chunks, { ends: false })));
      const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
      const answer = await ask(stack.use(http2Session(gateway)), { ':path': '/' });
      expect(Object.keys(answer.trailers)).toEqual(['x-sum']);
    },
  );

  it.each([
    ['HEAD', 200, '100', { 'content-length': '100' }],
    ['GET', 204, '', {}],
    ['GET', 304, '100', { 'content-length': '100' }],
    ['GET', 205, '2', {}],
  ])('to %s with %d has no body', async (method, status, length, expected) => {
    const sent = `HTTP/1.1 ${status} X\r\n${length === '' ? '' : `Content-Length: ${length}\r\n`}ETag: "e"\r\n\r\n`;
    const upstream = stack.use(await rawUpstream(answering(status === 205 ? `${sent}xx` : sent, { ends: false })));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const session = stack.use(http2Session(gateway));
    for (let n = 0; n < 2; n++) {
      const answer = await ask(session, { ':path': '/', ':method': method });
      expect([answer.status, answer.body, answer.headers.etag]).toEqual([status, '', '"e"']);
      expect(answer.headers).toMatchObject(expected);
      if (status === 205) expect(answer.headers['content-length']).toBeUndefined();
    }
    expect(gateway.requests().map((line) => [line.status, line.reason])).toEqual([
      [status, undefined],
      [status, undefined],
    ]);
  });

  it.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('with %s that breaks off never looks whole', async (_, answer) => {
    const upstream = stack.use(await rawUpstream(answering(answer)));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const session = stack.use(http2Session(gateway));
    for (let n = 0; n < 4; n++) await expect(ask(session, { ':path': '/' })).rejects.toThrow();
    expect(gateway.requests().every(({ reason }) => reason === 'upstream-died')).toBe(true);
    expect(session.closed).toBe(false);
  });

  it('ends with the connection of the service where nothing else says so', async () => {
    const upstream = stack.use(await rawUpstream(answering('HTTP/1.0 200 OK\r\n\r\nall of it')));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    expect((await ask(stack.use(http2Session(gateway)), { ':path': '/' })).body).toBe('all of it');
  });

  it('that comes before the body has come is whole, and ends the upload without an error', async () => {
    const { session } = await served((incoming, outgoing) => {
      incoming.once('data', () => outgoing.end('y'.repeat(300_000)));
    });
    const stream = session.request({ ':path': '/', ':method': 'POST' });
    stream.on('error', () => {});
    stream.write(Buffer.alloc(60_000));
    const { status, body } = await answerOf(stream);
    expect([status, body.length]).toEqual([200, 300_000]);
    await waitUntil(() => stream.closed, 'the stream to be closed');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect((await ask(session, { ':path': '/', ':method': 'POST' }, 'x')).status).toBe(200);
  });

  it('streams events as they come', async () => {
    let send = (_: string) => {};
    const { session } = await served((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      send = (event) => outgoing.write(event);
      send('data: 1\n\n');
    });
    const stream = session.request({ ':path': '/' });
    expect(String((await once(stream, 'data'))[0])).toBe('data: 1\n\n');
    send('data: 2\n\n');
    expect(String((await once(stream, 'data'))[0])).toBe('data: 2\n\n');
    stream.close();
  });
});

describe('large bodies over HTTP/2', () => {
  it('arrive as they were sent, both ways at once', async () => {
    const { session } = await served((incoming, outgoing) => incoming.pipe(outgoing));
    const sent = randomBytes(8_000_000);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const parts = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const stream = session.request({ ':path': '/', ':method': 'POST' });
        stream.end(sent);
        const parts: Buffer[] = [];
        for await (const part of stream) parts.push(part);
        return Buffer.concat(parts);
      }),
    );
    expect(parts.map(digest)).toEqual(parts.map(() => digest(sent)));
  });

  it('wait for a client that does not read, and hold up no other stream', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(100_000);
    const { session } = await served((incoming, outgoing) => {
      if (incoming.url !== '/large') return void outgoing.end('small');
      const write = () => {
        while (sent < 500_000_000 && !outgoing.destroyed) {
          sent += chunk.length;
          if (!outgoing.write(chunk)) return;
        }
      };
      outgoing.on('drain', write);
      write();
    });
    const stream = session.request({ ':path': '/large' });
    await once(stream, 'response');
    stream.pause();
    let seen = -1;
    await waitUntil(async () => {
      const isStill = sent === seen;
      seen = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isStill;
    }, 'the service to be held back');
    expect(sent).toBeLessThan(50_000_000);
    expect((await ask(session, { ':path': '/small' })).body).toBe('small');
    const atRest = sent;
    stream.resume();
    await waitUntil(() => sent > atRest + 1_000_000, 'it to go on');
    stream.close(constants.NGHTTP2_CANCEL);
  });

  it('wait for a service that does not read', async () => {
    const { session } = await served((incoming) => void incoming.pause());
    const stream = session.request({ ':path': '/', ':method': 'POST' });
    stream.on('error', () => {});
    const chunk = Buffer.alloc(100_000);
    let taken = 0;
    let isAll = false;
    const write = () => {
      stream.write(chunk, () => {
        taken += chunk.length;
        if (!isAll) write();
      });
    };
    write();
    let seen = -1;
    await waitUntil(async () => {
      const isStill = taken === seen && taken > 0;
      seen = taken;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isStill;
    }, 'the client to be held back');
    isAll = true;
    expect(taken).toBeLessThan(50_000_000);
    stream.close(constants.NGHTTP2_CANCEL);
  });
});

describe('a client that leaves', () => {
  it.each([
    ['by a reset of its stream', (stream: { close(code: number): void }) => stream.close(constants.NGHTTP2_CANCEL)],
    ['by closing the connection', (_: unknown, session: { destroy(): void }) => session.destroy()],
  ])('%s takes the request at the service with it', async (_, leave) => {
    let left = 0;
    let asked = 0;
    const { session, gateway } = await served((incoming) => {
      asked += 1;
      incoming.on('close', () => {
        left += 1;
      });
    });
    const streams = Array.from({ length: 3 }, () => session.request({ ':path': '/' }));
    for (const stream of streams) stream.on('error', () => {});
    await waitUntil(() => asked === 3, 'the requests');
    for (const stream of streams) leave(stream, session);
    await waitUntil(() => left === 3, 'the service to be told');
    await waitUntil(() => gateway.requests().length === 3, 'the access lines');
    expect(gateway.requests().map(({ status }) => status)).toEqual([499, 499, 499]);
  });
});

describe('connections of HTTP/2', () => {
  it('are closed when they have waited too long for a request, pings or not', async () => {
    const { session } = await served(echo, { limits: { keepAliveMs: 200, lingerMs: 100 } });
    expect((await ask(session, { ':path': '/' })).status).toBe(200);
    const pinging = setInterval(() => session.destroyed || session.ping(() => {}), 20);
    await once(session, 'close');
    clearInterval(pinging);
  });

  it('are closed when no request comes at all', async () => {
    const { session } = await served(echo, { limits: { headMs: 100, lingerMs: 100 } });
    await once(session, 'close');
  });

  it('take a hundred requests at once', async () => {
    const { session } = await served(() => {});
    await once(session, 'remoteSettings');
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 100, enableConnectProtocol: false });
  });
});

describe('a gateway that stops', () => {
  it('says so, finishes what runs, and closes', async () => {
    let finish = () => {};
    const { session, gateway } = await served((_, outgoing) => {
      outgoing.write('begun ');
      finish = () => outgoing.end('and finished');
    });
    const stream = session.request({ ':path': '/' });
    await once(stream, 'response');
    const goaways: number[] = [];
    session.on('goaway', (_, last) => goaways.push(last));
    const stopped = gateway.gateway.stop();
    await waitUntil(() => goaways.length >= 2, 'the last word');
    expect(goaways).toEqual([2 ** 31 - 1, stream.id]);
    finish();
    expect(await text(stream)).toBe('begun and finished');
    await stopped;
  });

  it('does not wait for event streams, nor for clients that keep their connection', async () => {
    const { session, gateway } = await served((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      outgoing.write('data: x\n\n');
    });
    const stream = session.request({ ':path': '/' });
    stream.on('error', () => {});
    await once(stream, 'response');
    await gateway.gateway.stop();
    await waitUntil(() => stream.destroyed, 'the stream to be cut');
  });

  it('loses no request of a client that goes on with a new connection when it is told', async () => {
    const { gateway } = await served((incoming, outgoing) => setTimeout(() => outgoing.end(incoming.url), 2));
    const outcomes: string[] = [];
    const load = async () => {
      const session = http2Session(gateway);
      let isTold = false;
      session.on('goaway', () => {
        isTold = true;
      });
      await once(session, 'connect');
      while (!isTold) {
        const outcome = ask(session, { ':path': '/' }).then(({ body }) => body);
        outcomes.push(
          await outcome.catch((error: Error) => {
            // It was too late and has not been served: the client may repeat it (RFC 9113 §8.7).
            if (!error.message.includes('NGHTTP2_REFUSED_STREAM')) throw error;
            isTold = true;
            return '/';
          }),
        );
      }
      session.close();
    };
    const all = Promise.all(Array.from({ length: 8 }, load));
    await waitUntil(() => outcomes.length > 100, 'the load');
    await gateway.gateway.stop();
    await all;
    expect(new Set(outcomes)).toEqual(new Set(['/']));
  });
});

describe('other clients', () => {
  it('undici speaks HTTP/2 with it', async () => {
    const { gateway } = await served(echo);
    const dispatcher = new Agent({ allowH2: true, connect: { ca: gateway.files.cert } });
    const body = 'z'.repeat(100_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => undiciFetch(`${gateway.url}/${n}`, { method: 'POST', body, dispatcher })),
    );
    const seen = (await Promise.all(answers.map((answer) => answer.json()))) as { url: string; length: number }[];
    expect(seen.map(({ url, length }) => [url, length])).toEqual(seen.map((_, n) => [`/${n}`, 100_000]));
    await dispatcher.close();
    expect(gateway.requests().every(({ httpVersion }) => httpVersion === '2.0')).toBe(true);
  });

  it('curl does too, up and down, where it is', async ({ skip }) => {
    const { gateway } = await served(echo);
    const curl = (...args: string[]) =>
      promisify(execFile)('curl', [
        '--silent',
        '--show-error',
        '--cacert',
        gateway.files.settings.certificate,
        ...args,
      ]);
    const { stdout: version } = await curl('--version').catch(() => ({ stdout: '' }));
    if (!/\bHTTP2\b/.test(version)) skip();
    const url = `https://localhost:${gateway.port}/curl`;
    const resolve = ['--resolve', `localhost:${gateway.port}:127.0.0.1`];
    const { stdout } = await curl(
      ...resolve,
      '--http2',
      '--data-binary',
      'x'.repeat(100_000),
      '-w',
      '\n%{http_version}',
      url,
    );
    const [body = '', spoken] = stdout.split('\n');
    expect([JSON.parse(body).length, spoken]).toEqual([100_000, '2']);
    const head = await curl(...resolve, '--http2', '--head', url);
    expect(head.stdout).toMatch(/^HTTP\/2 200/);
    const older = await curl(...resolve, '--http1.1', '-w', '%{http_version}', url);
    expect(older.stdout).toMatch(/1\.1$/);
  });
});
