import { once } from 'node:events';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { ask, http2Session } from '../../setup/http2-connection.js';
import { TestStack } from '../../setup/stack.js';
import { tlsGateway } from '../../setup/tls-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const page = 'all the same '.repeat(500);
const policies = { cache: { maxEntry: '8mb' }, compression: {} };

async function gatewayBefore(body: string) {
  const counted = { requests: 0 };
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      counted.requests += 1;
      const type = incoming.url === '/a/page' ? 'text/plain' : 'image/png';
      incoming.resume().on('end', () => {
        outgoing.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=60', etag: '"1"' }).end(body);
      });
    }),
  );
  const gateway = stack.use(await tlsGateway({ '/a': { urls: [upstream.url], policies } }));
  return { counted, session: stack.use(http2Session(gateway)) };
}

it('a stream of HTTP/2 gets compressed and stored answers as well', async () => {
  const { counted, session } = await gatewayBefore(page);
  for (const cache of [/miss/, /hit/]) {
    const stream = session.request({ ':path': '/a/page', 'accept-encoding': 'br' });
    const [headers] = await once(stream, 'response');
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    expect(headers).toMatchObject({ 'content-encoding': 'br', etag: 'W/"1"' });
    expect(headers['content-length']).toBeUndefined();
    expect(headers['cache-status']).toMatch(cache);
    expect(brotliDecompressSync(Buffer.concat(parts)).toString()).toBe(page);
  }
  const known = await ask(session, { ':path': '/a/page', 'if-none-match': '"1"' });
  expect([known.status, known.body, counted.requests]).toEqual([304, '', 1]);
});

it('a request of HTTP/2 with a body makes no answer for others, though it names no length', async () => {
  const { counted, session } = await gatewayBefore(page);
  await ask(session, { ':path': '/a/page', ':method': 'GET' }, 'evil');
  await ask(session, { ':path': '/a/page' });
  expect(counted.requests).toBe(2);
});

it('a stream that reads slowly takes a large stored answer piece by piece', async () => {
  const large = 'x'.repeat(7 * 2 ** 20);
  const { counted, session } = await gatewayBefore(large);
  expect((await ask(session, { ':path': '/a/large' })).body.length).toBe(large.length);
  const slow = session.request({ ':path': '/a/large' });
  const [headers] = await once(slow, 'response');
  expect(headers['cache-status']).toMatch(/hit/);
  expect((await ask(session, { ':path': '/a/page' })).status).toBe(200);
  let length = 0;
  slow.on('data', (part) => {
    length += part.length;
  });
  await waitUntil(() => length === large.length, 'the whole answer');
  expect(counted.requests).toBe(2);
});
