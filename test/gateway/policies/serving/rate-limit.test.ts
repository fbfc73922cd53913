import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(async () => {
  await stack.end();
  vi.unstubAllEnvs();
});

async function limited(policies: object) {
  const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
  const routes = { '/a': { urls: [upstream.url], policies } };
  const gateway = stack.use(await testGateway(routes));
  const statuses = async (count: number, headers: Record<string, string> = {}) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await fetch(`${gateway.url}/a`, { headers })).status);
    return found;
  };
  return { gateway, statuses, upstream };
}

describe('the rate limit', () => {
  it('says on every answer where the client stands, and 429 when it is over', async () => {
    const { gateway } = await limited({ rateLimit: { requests: 2, per: '1h' } });
    const first = await fetch(`${gateway.url}/a`);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"gateway";q=2;w=3600');
    expect(first.headers.get('ratelimit')).toBe('"gateway";r=1;t=1800');
    await fetch(`${gateway.url}/a`);
    const refused = await fetch(`${gateway.url}/a`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"gateway";r=0;t=1(?:800|79\d)$/);
    expect(refused.headers.get('retry-after')).toMatch(/^1(?:800|79\d)$/);
    expect(await refused.json()).toMatchObject({
      type: 'urn:mscli:problem:rate-limited',
      detail: 'A client may make 2 requests every 1h, 2 at once; this one has made more.',
    });
  });

  it('counts by header, and by address where the header is missing', async () => {
    const { statuses } = await limited({ rateLimit: { requests: 1, per: '1h', by: 'header:x-api-key' } });
    expect(await statuses(2, { 'x-api-key': 'one' })).toEqual([200, 429]);
    expect(await statuses(2, { 'x-api-key': 'two' })).toEqual([200, 429]);
    expect(await statuses(2)).toEqual([200, 429]);
    const long = 'x'.repeat(500);
    expect(await statuses(2, { 'x-api-key': `${long}1` })).toEqual([200, 429]);
    expect(await statuses(2, { 'x-api-key': `${long}2` })).toEqual([200, 429]);
    // A key that looks like an address is not that address.
    expect(await statuses(1, { 'x-api-key': '127.0.0.1' })).toEqual([200]);
  });

  it('counts by claim behind the token: whoever has none costs nobody a request', async () => {
    vi.stubEnv('TOKEN_SECRET', 'x'.repeat(32));
    const jwt = { secret: 'TOKEN_SECRET', issuer: 'auth', audience: 'shop' };
    const { statuses } = await limited({ jwt, rateLimit: { requests: 1, per: '1h', by: 'claim:sub' } });
    const bearer = async (sub: string) => {
      const token = new SignJWT({ sub, iss: 'auth', aud: 'shop' }).setProtectedHeader({ alg: 'HS256' });
      const signed = await token.setExpirationTime('1m').sign(new TextEncoder().encode('x'.repeat(32)));
      return { authorization: `Bearer ${signed}` };
    };
    expect(await statuses(3)).toEqual([401, 401, 401]);
    expect(await statuses(2, await bearer('alice'))).toEqual([200, 429]);
    expect(await statuses(2, await bearer('bob'))).toEqual([200, 429]);
  });

  it('believes no forwarded address', async () => {
    const { statuses } = await limited({ rateLimit: { requests: 1, per: '1h' } });
    expect(await statuses(1, { 'x-forwarded-for': '198.51.100.1' })).toEqual([200]);
    expect(await statuses(1, { 'x-forwarded-for': '198.51.100.2' })).toEqual([429]);
  });

  it('tells apart the addresses that sockets come from', async () => {
    const { gateway } = await limited({ rateLimit: { requests: 1, per: '1h' } });
    const statusFrom = async (localAddress: string) => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress });
      socket.write('GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      return (await text(socket)).slice(9, 12);
    };
    expect([await statusFrom('127.0.0.2'), await statusFrom('127.0.0.2')]).toEqual(['200', '429']);
    expect(await statusFrom('127.0.0.3')).toBe('200');
  });

  it('is each gateway’s own', async () => {
    const policies = { rateLimit: { requests: 1, per: '1h' } };
    const { statuses, upstream } = await limited(policies);
    const other = stack.use(
      await testGateway({ '/a': { urls: [upstream.url], policies } }, { instanceId: 'gateway-2' }),
    );
    expect(await statuses(2)).toEqual([200, 429]);
    expect((await fetch(`${other.url}/a`)).status).toBe(200);
  });
});

describe('a reload', () => {
  it('keeps the buckets of a limit that stays, and begins anew with another', async () => {
    const { gateway, statuses } = await limited({ rateLimit: { requests: 2, per: '1h' } });
    expect(await statuses(2)).toEqual([200, 200]);
    const setPolicies = (policies: object) =>
      gateway.update((draft) => {
        const [route] = draft.routes;
        if (route !== undefined) route.policies = policies;
      });
    await setPolicies({ rateLimit: { requests: 2, per: '1h' }, headers: { answer: { set: { 'x-new': '1' } } } });
    const refused = await fetch(`${gateway.url}/a`);
    expect(refused.status).toBe(429);
    await setPolicies({ rateLimit: { requests: 3, per: '1h' } });
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  });
});
