import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { answering, httpUpstream, rawUpstream } from '../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

const echo = (incoming: IncomingMessage) => ({
  url: incoming.url,
  headers: incoming.headers,
  raw: incoming.rawHeaders,
});

describe('headers', () => {
  it('shows the upstream what the gateway saw, and nothing that a client made up', async () => {
    const { url, port } = await withUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(echo(incoming))));
    const forged = {
      forwarded: 'for=6.6.6.6;proto=https',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-port': '1',
      'x-forwarded-prefix': '/evil',
      x_forwarded_for: '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      'x-original-url': '/admin',
      'x-request-id': 'forged',
      via: '1.0 elsewhere',
      authorization: 'Bearer kept',
    };
    const response = await fetch(`${url}/a?b=c`, { headers: forged });
    const { headers, url: seen } = (await response.json()) as ReturnType<typeof echo>;
    expect(seen).toBe('/a?b=c');
    expect(headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      forwarded: `for=127.0.0.1;host="127.0.0.1:${port}";proto=http`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${port}`,
      via: '1.0 elsewhere, 1.1 mscli',
      authorization: 'Bearer kept',
    });
    expect(JSON.stringify(headers)).not.toMatch(/6\.6\.6\.6|evil|forged|\/admin/);
    expect(headers['x-request-id']).toBe(response.headers.get('x-request-id'));
  });

  it('removes hop-by-hop fields on the way in, those that Connection lists among them', async () => {
    const { port } = await withUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(echo(incoming).raw)));
    const { text } = await exchangeBytes(
      port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret, X-Forwarded-For, Host\r\nX-Secret: 1\r\nKeep-Alive: 5\r\n' +
        'Proxy-Authorization: Basic x\r\nProxy-Connection: y\r\nTE: trailers, deflate\r\nX-Kept: 1\r\n\r\n',
    );
    expect(text).toContain('X-Kept');
    expect(text).toContain('"Host","a"');
    expect(text).toContain('"X-Forwarded-For","127.0.0.1"');
    expect(text).toContain('"Connection","keep-alive, TE","TE","trailers"');
    expect(text).not.toMatch(/X-Secret|Proxy-|deflate|"Keep-Alive"/);
    expect(text).toMatch(/\r\nConnection: close\r\n/i);
  });

  it('removes hop-by-hop fields on the way out', async () => {
    const upstream = stack.use(
      await rawUpstream(
        answering(
          'HTTP/1.1 200 Fine\r\nConnection: close, X-Inner\r\nX-Inner: 10.0.0.1\r\nKeep-Alive: timeout=1\r\n' +
            'Proxy-Authenticate: Basic\r\nX-Request-Id: theirs\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
        ),
      ),
    );
    const { port } = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const { text } = await exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 Fine\r\n/);
    expect(text).toContain('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
    expect(text).toContain('Via: 1.1 mscli\r\n');
    expect(text).not.toMatch(/X-Inner|timeout=1|Proxy-|theirs/);
  });

  it('continues a valid trace and starts one otherwise', async () => {
    const { url, lines } = await withUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(incoming.headers)));
    const get = async (headers: Record<string, string>) => (await fetch(url, { headers })).json() as Promise<Headers>;
    type Headers = { traceparent: string; tracestate?: string };
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const sent = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'a=1' };
    const continued = await get(sent);
    expect(continued.traceparent).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    expect(continued.tracestate).toBe('a=1');
    const begun = await get({ traceparent: 'garbage', tracestate: 'a=1' });
    expect(begun.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(begun.tracestate).toBeUndefined();
    expect(lines.map(({ traceId: logged }) => logged)).toContain(traceId);
  });

  it('strips the prefix where the route says so, and says which', async () => {
    const upstream = stack.use(
      await httpUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(echo(incoming)))),
    );
    const { url } = stack.use(await testGateway({ '/api': { urls: [upstream.url], stripPrefix: true } }));
    const seen = (await (await fetch(`${url}/api/v1/x?y=%2f`)).json()) as ReturnType<typeof echo>;
    expect(seen.url).toBe('/v1/x?y=%2f');
    expect(seen.headers['x-forwarded-prefix']).toBe('/api');
  });
});

describe('bodies', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])(
    'passes a %s body on, of known and of unknown length',
    async (method) => {
      const { port } = await withUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        outgoing.end(`${incoming.headers['content-length'] ?? incoming.headers['transfer-encoding']}:${body}`);
      });
      const head = `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
      const known = await exchangeBytes(port, `${head}Content-Length: 5\r\n\r\nhello`);
      expect(known.text).toContain('5:hello');
      const unknown = await exchangeBytes(
        port,
        `${head}Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
      );
      expect(unknown.text).toContain('chunked:hello');
    },
  );

  it('sends a POST without a body as one of length 0', async () => {
    const { port } = await withUpstream((incoming, outgoing) =>
      outgoing.end(String(incoming.headers['content-length'])),
    );
    const { text } = await exchangeBytes(port, 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/\r\n\r\n0$/);
  });

  it.each([
    ['HEAD', 200, { 'content-length': '1234' }],
    ['GET', 204, {}],
    ['GET', 304, { etag: '"x"', 'content-length': '7' }],
  ])('answers %s with %i without a body, and takes the next request', async (method, status, headers) => {
    const { port } = await withUpstream((incoming, outgoing) => {
      if (incoming.url === '/next') return outgoing.end('next');
      outgoing.writeHead(status, headers).end();
    });
    const requests = `${method} / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const { text } = await exchangeBytes(port, requests);
    expect(statusOf(text)).toBe(status);
    const [first = '', second = ''] = text.split('\r\n\r\n');
    expect(second).toMatch(/^HTTP\/1\.1 200/);
    for (const [name, value] of Object.entries(headers)) expect(first.toLowerCase()).toContain(`${name}: ${value}`);
  });

  it('answers pipelined requests in order', async () => {
    const { port } = await withUpstream((incoming, outgoing) => {
      setTimeout(() => outgoing.end(`<${incoming.url}>`), incoming.url === '/1' ? 60 : 0);
    });
    const get = (path: string, close = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${close}\r\n`;
    const { text } = await exchangeBytes(port, get('/1') + get('/2') + get('/3', 'Connection: close\r\n'));
    expect(text.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  it('ends an answer to an HTTP/1.0 client by closing', async () => {
    const { port } = await withUpstream((_, outgoing) => {
      outgoing.write('of unknown ');
      outgoing.end('length');
    });
    const { text, closed } = await exchangeBytes(port, 'GET / HTTP/1.0\r\n\r\n');
    expect(closed).toBe(true);
    expect(text).toMatch(/\r\n\r\nof unknown length$/);
    expect(text).not.toMatch(/transfer-encoding/i);
  });

  it('passes an answer on that ends with its connection', async () => {
    const upstream = stack.use(await rawUpstream(answering('HTTP/1.0 200 OK\r\n\r\nuntil the end')));
    const { url } = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    expect(await (await fetch(url)).text()).toBe('until the end');
  });

  it('passes trailers on both ways, but none that matter to the framing', async () => {
    const { port } = await withUpstream(async (incoming, outgoing) => {
      for await (const _ of incoming);
      outgoing.writeHead(200, { Trailer: 'Checksum' });
      outgoing.write(JSON.stringify(incoming.trailers));
      outgoing.addTrailers({ Checksum: 'abc' });
      outgoing.end();
    });
    const request =
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: Digest\r\nTransfer-Encoding: chunked\r\n\r\n' +
      '2\r\nhi\r\n0\r\nDigest: xyz\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n';
    const { text } = await exchangeBytes(port, request);
    expect(text).toContain('{"digest":"xyz"}');
    expect(text).toMatch(/\r\nTrailer: Checksum\r\n/);
    expect(text).toMatch(/0\r\nChecksum: abc\r\n\r\n$/);
  });
});

describe('interim answers', () => {
  it('passes early hints on', async () => {
    const { port } = await withUpstream((_, outgoing) => {
      outgoing.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      outgoing.end('done');
    });
    const { text } = await exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/style\.css>; rel=preload; as=style\r\n\r\nHTTP\/1\.1 200/,
    );
  });

  it('asks for the body only when the upstream does', async () => {
    const { port } = await withUpstream(async (incoming, outgoing) => {
      let body = '';
      for await (const chunk of incoming) body += chunk;
      outgoing.end(`got ${body}`);
    });
    const client = openRaw(port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
    await client.seen(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.socket.write('body');
    expect(await client.seen(/got body/)).toMatch(/100 Continue\r\n\r\nHTTP\/1\.1 200/);
    client.socket.destroy();
  });

  it('passes a refusal on without asking for the body, and closes', async () => {
    const upstream = await withHttp((incoming, outgoing) => outgoing.end(incoming.url));
    upstream.server.on('checkContinue', (_, outgoing) => outgoing.writeHead(413).end());
    const { port } = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const { text, closed } = await exchangeBytes(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
    );
    expect(statusOf(text)).toBe(413);
    expect(text).not.toContain('100 Continue');
    expect(closed).toBe(true);
  });

  it('asks for the body itself when the upstream keeps silent', async () => {
    const upstream = stack.use(
      await rawUpstream((socket) => {
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk;
          if (text.endsWith('body')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    const { port } = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { continueMs: 20 } }));
    const client = openRaw(port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
    await client.seen(/100 Continue/);
    client.socket.write('body');
    expect(await client.seen(/ok$/)).toContain('200 OK');
    client.socket.destroy();
  });
});

describe('streams', () => {
  it('passes each server-sent event on before the next is made', async () => {
    let send = (_: string) => {};
    const { url } = await withUpstream((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      outgoing.flushHeaders();
      send = (text) => outgoing.write(`data: ${text}\n\n`);
    });
    const response = await fetch(url);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (const text of ['one', 'two', 'three']) {
      send(text);
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe(`data: ${text}\n\n`);
    }
    await reader.cancel();
  });

  it('starts an answer while the body of the request still runs', async () => {
    const { port } = await withUpstream((incoming, outgoing) => {
      incoming.pipe(outgoing);
    });
    const request = httpRequest({ port, method: 'POST', path: '/' });
    request.write('first');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks = response[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('first');
    request.end('second');
    expect(String((await chunks.next()).value)).toBe('second');
    expect((await chunks.next()).done).toBe(true);
  });
});

async function withHttp(listener: Parameters<typeof httpUpstream>[0]) {
  return stack.use(await httpUpstream(listener));
}

async function withUpstream(listener: Parameters<typeof httpUpstream>[0]) {
  const upstream = await withHttp(listener);
  return stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
}
