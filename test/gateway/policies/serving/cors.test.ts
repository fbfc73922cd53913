import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeBytes, statusOf } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { type TestGateway, testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
const seen: string[] = [];
let gateway: TestGateway;
const shop = 'https://shop.example';

beforeAll(async () => {
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      outgoing.setHeader('Access-Control-Allow-Origin', '*');
      outgoing.setHeader('Vary', 'Accept');
      outgoing.end('ok');
    }),
  );
  const urls = [upstream.url];
  gateway = stack.use(
    await testGateway({
      '/with': { urls, policies: { cors: { origins: [shop], credentials: true, maxAge: '5m' } } },
      '/all': { urls, policies: { cors: { origins: ['*'], methods: ['GET'] } } },
      '/dead': { service: 'dead', urls: [], policies: { cors: { origins: [shop] } } },
      '/plain': { urls },
    }),
  );
});
afterAll(() => stack.end());

const preflight = (path: string, origin: string) =>
  fetch(`${gateway.url}${path}`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-evil' },
  });

describe('a preflight', () => {
  it('is answered by the gateway, with what is allowed and not with what was asked for', async () => {
    const response = await preflight('/with/x', shop);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'content-type, authorization, idempotency-key',
      'access-control-max-age': '300',
      vary: 'Origin',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(seen).toEqual([]);
  });

  it.each(['https://shop.example.evil', 'https://SHOP.example', 'http://shop.example', 'null', `${shop}:8443`])(
    'of the origin %s is refused without a word about what is allowed',
    async (origin) => {
      const response = await preflight('/with/x', origin);
      expect(response.status).toBe(403);
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(response.headers.get('vary')).toBe('Origin');
    },
  );

  it('leaves the connection usable', async () => {
    const head = `Host: a\r\nOrigin: ${shop}\r\nAccess-Control-Request-Method: GET\r\n`;
    const bytes = `OPTIONS /with HTTP/1.1\r\n${head}\r\nGET /with HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const { text } = await exchangeBytes(gateway.port, bytes);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 200']);
  });

  it('goes to the service where the route leaves CORS to it, as an OPTIONS that is none does', async () => {
    expect((await preflight('/plain', shop)).status).toBe(200);
    expect((await fetch(`${gateway.url}/with/options`, { method: 'OPTIONS' })).status).toBe(200);
    expect(seen.slice(-2)).toEqual(['OPTIONS /plain', 'OPTIONS /with/options']);
  });
});

describe('an answer', () => {
  const get = (path: string, origin?: string) =>
    fetch(`${gateway.url}${path}`, origin === undefined ? {} : { headers: { origin } });

  it('may be read by the pages of the origin, in place of what the service says', async () => {
    const { headers } = await get('/with', shop);
    expect(headers.get('access-control-allow-origin')).toBe(shop);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
    expect(headers.get('vary')).toBe('Accept, Origin');
  });

  it('is for nobody else, and no cache takes one for the other', async () => {
    for (const origin of ['https://evil.example', undefined]) {
      const { status, headers } = await get('/with', origin);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, null]);
      expect(headers.get('vary')).toBe('Accept, Origin');
    }
  });

  it('is for all without credentials', async () => {
    const { headers } = await get('/all', 'https://any.example');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    expect(headers.get('vary')).toBe('Accept');
  });

  it('of the gateway itself may be read too', async () => {
    const response = await get('/dead', shop);
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe(shop);
  });
});

it('refuses a WebSocket of another origin, which no browser would', async () => {
  const upgrade = (origin: string) =>
    `GET /with HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  const before = seen.length;
  expect(statusOf((await exchangeBytes(gateway.port, upgrade('https://evil.example'))).text)).toBe(403);
  expect(seen).toHaveLength(before);
});
