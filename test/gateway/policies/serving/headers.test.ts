import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function gatewayWith(policies: object, stripPrefix = false) {
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      outgoing.setHeader('Server', 'inner/1.0');
      outgoing.setHeader('X-Powered-By', 'magic');
      outgoing.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
    }),
  );
  return stack.use(await testGateway({ '/orders': { urls: [upstream.url], policies, stripPrefix } }));
}

interface Seen {
  url: string;
  headers: Record<string, string>;
}

describe('header fields', () => {
  it('are set in place of those that came, and removed, in both directions', async () => {
    const gateway = await gatewayWith({
      headers: {
        request: { set: { 'X-Tenant': 'shop' }, remove: ['X-Debug'] },
        answer: { set: { 'Strict-Transport-Security': 'max-age=31536000', server: 'shop' }, remove: ['x-powered-by'] },
      },
    });
    const bytes =
      'GET /orders HTTP/1.1\r\nHost: a\r\nx-tenant: evil\r\nX-TENANT: evil\r\nX-Debug: 1\r\nConnection: close\r\n\r\n';
    const { text } = await exchangeBytes(gateway.port, bytes);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(JSON.parse(body).headers).toMatchObject({ 'x-tenant': 'shop' });
    expect(body).not.toMatch(/evil|x-debug/i);
    expect(head.match(/^server: .*/gim)).toEqual(['server: shop']);
    expect(head).toMatch(/^strict-transport-security: max-age=31536000$/im);
    expect(head).not.toMatch(/x-powered-by/i);
  });

  it('are set on the gateway’s own answers too, where they don’t say otherwise', async () => {
    const set = { 'Strict-Transport-Security': 'max-age=1', 'Content-Type': 'text/html', 'Retry-After': '99' };
    const gateway = stack.use(await testGateway({ '/a': { urls: [], policies: { headers: { answer: { set } } } } }));
    const { status, headers } = await fetch(`${gateway.url}/a`);
    const values = ['strict-transport-security', 'content-type', 'retry-after'].map((name) => headers.get(name));
    expect([status, ...values]).toEqual([503, 'max-age=1', 'application/problem+json', '1']);
  });
});

describe('the rewritten prefix', () => {
  it.each([
    ['/v1', '/orders/7?x=/orders', '/v1/7?x=/orders'],
    ['/v1', '/orders', '/v1'],
    ['/v1', '/orders/', '/v1/'],
    ['/v1', '//orders//7', '/v1/7'],
    ['/v1/', '/%6frders/%C3%A4', '/v1/%C3%A4'],
    ['/', '/orders/7', '/7'],
    ['/', '/orders', '/'],
  ])('%s makes of %s %s', async (rewritePrefix, asked, seen) => {
    const gateway = await gatewayWith({ rewritePrefix });
    const { url, headers } = (await (await fetch(`${gateway.url}${asked}`)).json()) as Seen;
    expect(url).toBe(seen);
    expect(headers['x-forwarded-prefix']).toBe('/orders');
  });
});
