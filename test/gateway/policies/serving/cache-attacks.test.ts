import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exchangeBytes } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { answering, rawUpstream } from '../../setup/upstream.js';
import { answer, cached } from './cached-upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());
afterEach(() => void vi.unstubAllEnvs());

const minute = { 'cache-control': 'max-age=60' };
const everyone = { 'cache-control': 'public, max-age=60' };

describe('cache poisoning by what is not keyed', () => {
  it.each([
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Proto', 'javascript'],
    ['X-Forwarded-Prefix', '/evil'],
    ['X_Forwarded_Host', 'evil.example'],
    ['Forwarded', 'host=evil.example'],
    ['X-Host', 'evil.example'],
    ['X-Original-URL', '/evil'],
    ['X-Rewrite-URL', '/evil'],
    ['X-Forwarded-For', '6.6.6.6'],
  ])('%s never reaches the service', async (name, value) => {
    const { ask } = await cached(stack, (incoming, outgoing) => {
      outgoing.writeHead(200, minute).end(`${incoming.url} ${JSON.stringify(incoming.headers)}`);
    });
    expect((await ask('/a', { [name]: value })).text).not.toMatch(/evil|javascript|6\.6\.6\.6/);
    expect((await ask()).text).not.toMatch(/evil|javascript|6\.6\.6\.6/);
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override', 'x_http_method_override'])(
    '%s makes no GET that others get the answer of',
    async (name) => {
      const { ask } = await cached(stack, (incoming, outgoing) => {
        outgoing.writeHead(200, minute).end(String(incoming.headers[name]));
      });
      expect((await ask('/a', { [name]: 'DELETE' })).text).toBe('DELETE');
      expect((await ask()).text).toBe('undefined');
    },
  );

  it('a field that the answer varies by counts in the spelling of CGI too', async () => {
    const { ask } = await cached(stack, (incoming, outgoing) => {
      const tenant = incoming.headers['x-tenant'] ?? incoming.headers.x_tenant;
      outgoing.writeHead(200, { ...minute, vary: 'X-Tenant' }).end(String(tenant));
    });
    expect((await ask('/a', { x_tenant: 'evil' })).text).toBe('evil');
    expect((await ask()).text).toBe('undefined');
    expect((await ask('/a', { 'x-tenant': 'good' })).text).toBe('good');
    expect((await ask('/a', { 'x-tenant': 'good' })).cache).toMatch(/hit/);
  });

  it('a body of a GET makes no answer for others', async () => {
    const { gateway, ask } = await cached(stack, async (incoming, outgoing) => {
      let body = '';
      for await (const part of incoming) body += part;
      outgoing.writeHead(200, minute).end(`<${body}>`);
    });
    const host = `Host: 127.0.0.1:${gateway.port}`;
    for (const framing of [
      'Content-Length: 4\r\n\r\nevil',
      'Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n',
    ]) {
      const bytes = `GET /a HTTP/1.1\r\n${host}\r\nConnection: close\r\n${framing}`;
      expect((await exchangeBytes(gateway.port, bytes)).text).toContain('<evil>');
    }
    expect((await ask()).text).toBe('<>');
  });

  it('a refused request makes no failure for others', async () => {
    const { ask } = await cached(stack, (incoming, outgoing) => {
      const status = incoming.headers['x-odd'] === undefined ? 200 : 400;
      outgoing.writeHead(status, everyone).end('x');
    });
    expect((await ask('/a', { 'x-odd': '1' })).status).toBe(400);
    expect((await ask()).status).toBe(200);
  });
});

describe('what is one user’s', () => {
  it('Set-Cookie is never stored, whatever the answer says', async () => {
    const { ask, seen } = await cached(stack, answer('x', { ...everyone, 'set-cookie': 'session=ada' }));
    for (let n = 0; n < 2; n++) expect((await ask()).headers['set-cookie']).toBe('session=ada');
    expect(seen).toHaveLength(2);
  });

  it('Set-Cookie of a 304 is not stored either', async () => {
    const { ask } = await cached(stack, (incoming, outgoing) => {
      const isKnown = incoming.headers['if-none-match'] !== undefined;
      if (isKnown) outgoing.setHeader('Set-Cookie', 'session=ada');
      outgoing
        .writeHead(isKnown ? 304 : 200, { etag: '"1"', 'cache-control': isKnown ? 'max-age=60' : 'no-cache' })
        .end();
    });
    await ask();
    await ask();
    const third = await ask();
    expect([third.headers['set-cookie'], third.cache]).toEqual([undefined, expect.stringMatching(/hit/)]);
  });

  it.each(['authorization', 'cookie'])('what was asked for with %s is for nobody else', async (name) => {
    const { ask, seen } = await cached(stack, (incoming, outgoing) => {
      outgoing.writeHead(200, minute).end(String(incoming.headers[name]));
    });
    expect((await ask('/a', { [name]: 'ada' })).text).toBe('ada');
    expect((await ask('/a', { [name]: 'bob' })).text).toBe('bob');
    expect((await ask()).text).toBe('undefined');
    expect((await ask('/a', { [name]: 'ada' })).text).toBe('ada');
    expect(seen).toHaveLength(4);
  });

  it.each(['authorization', 'cookie'])('what is public is for those with %s too', async (name) => {
    const { ask, seen } = await cached(stack, answer('x', everyone));
    await ask('/a', { [name]: 'ada' });
    await ask('/a', { [name]: 'bob' });
    expect((await ask()).cache).toMatch(/hit/);
    expect(seen).toHaveLength(1);
  });

  it('with a token of the route’s, an answer is stored only where it says that it is public', async () => {
    const secret = randomBytes(24).toString('hex');
    vi.stubEnv('CACHE_TEST_SECRET', secret);
    const jwt = { secret: 'CACHE_TEST_SECRET', issuer: 'me', audience: 'shop' };
    const { ask, seen } = await cached(
      stack,
      (incoming, outgoing) => {
        const headers = incoming.url === '/a/public' ? everyone : minute;
        outgoing.writeHead(200, headers).end(String(incoming.headers['x-jwt-sub']));
      },
      { policies: { jwt } },
    );
    const as = async (sub: string) => {
      const token = new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).setIssuer('me').setAudience('shop');
      const signed = await token.setExpirationTime('1m').sign(Buffer.from(secret));
      return { authorization: `Bearer ${signed}` };
    };
    for (const sub of ['ada', 'bob']) expect((await ask('/a', await as(sub))).text).toBe(sub);
    expect((await ask('/a/public', await as('ada'))).text).toBe('ada');
    expect((await ask('/a/public', await as('bob'))).text).toBe('ada');
    expect((await ask('/a/public')).status).toBe(401);
    expect(seen).toHaveLength(3);
  });

  it('waits for no request of another user, nor makes others wait', async () => {
    const waiting: (() => void)[] = [];
    const { ask, seen } = await cached(stack, (_, outgoing) => {
      waiting.push(() => outgoing.writeHead(200, minute).end('x'));
      if (waiting.length === 3) for (const go of waiting) go();
    });
    await Promise.all([ask('/a', { cookie: 'a=1' }), ask('/a', { cookie: 'a=2' }), ask()]);
    expect(seen).toHaveLength(3);
  });
});

describe('cache deception', () => {
  it('no path makes an answer storable: what the account page says of itself counts, not how it was asked for', async () => {
    const policies = { cache: { for: '1m' } };
    const { ask } = await cached(
      stack,
      (incoming, outgoing) =>
        outgoing.writeHead(200, { 'content-type': 'text/html' }).end(String(incoming.headers.cookie)),
      { policies },
    );
    for (const path of [
      '/a/account.css',
      '/a/account/x.js',
      '/a/account%3bx.png',
      '/a/account;x.css',
      '/a/account?x.css',
    ]) {
      expect((await ask(path, { cookie: 'session=ada' })).text).toBe('session=ada');
      expect((await ask(path)).text).toBe('undefined');
    }
  });

  it('paths that a service may take for the same one have answers of their own', async () => {
    const { ask, seen } = await cached(stack, answer('x', minute));
    for (const path of ['/a/b', '/a/%62', '/a/b/', '/a//b', '/a/B', '/a/b;x']) await ask(path);
    expect(seen).toHaveLength(6);
  });
});

describe('a zip bomb towards the cache', () => {
  it('is stored as it came, and weighs what it weighs', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
    const { gateway, seen } = await cached(
      stack,
      (_, outgoing) => {
        outgoing.writeHead(200, { ...minute, 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(bomb);
      },
      { policies: { compression: {} } },
    );
    for (let n = 0; n < 2; n++) {
      const { headers, body } = await request(`${gateway.url}/a`, { headers: { 'accept-encoding': 'gzip' } });
      expect(Buffer.from(await body.arrayBuffer()).equals(bomb)).toBe(true);
      expect(headers['content-encoding']).toBe('gzip');
    }
    expect(seen).toHaveLength(1);
  });

  it('larger than an entry may be it is passed on, with a length and without, and not stored', async () => {
    const large = 'x'.repeat(20_000);
    const { ask, seen } = await cached(
      stack,
      (incoming, outgoing) => {
        if (incoming.url === '/a/length') outgoing.setHeader('Content-Length', large.length);
        outgoing.writeHead(200, minute);
        outgoing.write(large.slice(0, 9000));
        setTimeout(() => outgoing.end(large.slice(9000)), 10);
      },
      { policies: { cache: { maxEntry: '16kb', maxBytes: '32kb' } } },
    );
    for (const path of ['/a/length', '/a/length', '/a/chunked', '/a/chunked'])
      expect((await ask(path)).text).toBe(large);
    expect(seen).toHaveLength(4);
  });

  it('what breaks off is never stored, nor what ends with its connection', async () => {
    const cut = stack.use(
      await rawUpstream(answering('HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    const open = stack.use(await rawUpstream(answering('HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nwhole?')));
    const policies = { cache: { staleIfError: '1m' } };
    const routes = { '/a': { urls: [cut.url], policies }, '/b': { service: 'b-service', urls: [open.url], policies } };
    const gateway = stack.use(await testGateway(routes));
    for (let n = 0; n < 2; n++) {
      const { body } = await request(`${gateway.url}/a`);
      await expect(body.text()).rejects.toThrow();
      const { headers, body: other } = await request(`${gateway.url}/b`);
      expect([await other.text(), headers['cache-status']]).toEqual(['whole?', 'mscli; fwd=uri-miss']);
    }
  });
});

describe('splitting of stored answers', () => {
  it.each(['X-A: b\rSet-Cookie: c=d', 'X-A: b\nSet-Cookie: c=d', 'X-A: b\0c'])(
    '%j is refused and not stored',
    async (field) => {
      const text = `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n${field}\r\nContent-Length: 2\r\n\r\nok`;
      const upstream = stack.use(await rawUpstream(answering(text)));
      const gateway = stack.use(await testGateway({ '/a': { urls: [upstream.url], policies: { cache: {} } } }));
      for (let n = 0; n < 2; n++) {
        const { text: seen } = await exchangeBytes(
          gateway.port,
          'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
        );
        expect(seen).toMatch(/^HTTP\/1\.1 502/);
        expect(seen).not.toMatch(/set-cookie/i);
      }
    },
  );

  it('encoded line ends in a target stay encoded in what is stored under it', async () => {
    const { ask, seen } = await cached(stack, (incoming, outgoing) => {
      outgoing.writeHead(200, { ...minute, 'x-url': incoming.url ?? '' }).end('x');
    });
    const path = '/a/%0d%0aSet-Cookie:%20c=d';
    for (let n = 0; n < 2; n++) {
      const { headers } = await ask(path);
      expect([headers['x-url'], headers['set-cookie']]).toEqual([path, undefined]);
    }
    expect(seen).toHaveLength(1);
  });
});

it('an explosion of variants is bounded, and pushes out nobody else’s answers', async () => {
  const { ask, seen } = await cached(stack, (incoming, outgoing) => {
    outgoing.writeHead(200, { ...minute, vary: 'X-Noise' }).end(String(incoming.headers['x-noise']));
  });
  await ask('/a/other');
  for (let n = 0; n < 60; n++) expect((await ask('/a', { 'x-noise': `${n}` })).text).toBe(`${n}`);
  expect((await ask('/a', { 'x-noise': '59' })).cache).toMatch(/hit/);
  expect((await ask('/a', { 'x-noise': '0' })).cache).toMatch(/vary-miss/);
  expect((await ask('/a/other')).cache).toMatch(/hit/);
  expect(seen).toHaveLength(62);
});
