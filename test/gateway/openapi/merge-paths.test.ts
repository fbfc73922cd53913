import { expect, it } from 'vitest';
import { aDocument, at, merged, ok } from './merge-setup.js';

async function pathsOf(paths: string[], routes: Parameters<typeof merged>[1], more: object = {}): Promise<string[]> {
  const items = Object.fromEntries(paths.map((path) => [path, { get: ok }]));
  const document = await merged({ 'a-service': aDocument(items, more) }, routes);
  return Object.keys(at(document, 'paths') as object);
}

it('has what a route leads to and nothing else', async () => {
  const paths = ['/orders', '/orders/{id}', '/orderss', '/wallets/{id}', '/'];
  expect(await pathsOf(paths, [{ path: '/orders', service: 'a-service' }])).toEqual(['/orders', '/orders/{id}']);
  expect(await pathsOf(paths, [{ path: '/', service: 'a-service' }])).toEqual(paths.toSorted());
});

it('puts the prefix before what is behind a stripped one', async () => {
  const routes = [{ path: '/api', service: 'a-service', stripPrefix: true }];
  expect(await pathsOf(['/', '/orders/{id}'], routes)).toEqual(['/api', '/api/orders/{id}']);
});

it('turns a rewritten prefix round', async () => {
  const routes = [{ path: '/orders', service: 'a-service', policies: { rewritePrefix: '/v1/all' } }];
  expect(await pathsOf(['/v1/all', '/v1/all/{id}', '/v1/other', '/v1/allies'], routes)).toEqual([
    '/orders',
    '/orders/{id}',
  ]);
  const toTheRoot = [{ path: '/orders', service: 'a-service', policies: { rewritePrefix: '/' } }];
  expect(await pathsOf(['/', '/{id}'], toTheRoot)).toEqual(['/orders', '/orders/{id}']);
});

it('leaves out what another route takes', async () => {
  const routes = [
    { path: '/a', service: 'a-service' },
    { path: '/a/b', service: 'b-service' },
  ];
  expect(await pathsOf(['/a', '/a/b', '/a/b/c', '/a/{id}'], routes)).toEqual(['/a', '/a/{id}']);
});

it('has an operation twice that two routes lead to, under two names, and that of a canary once', async () => {
  const document = await merged({ 'a-service': aDocument({ '/x': { get: { ...ok, operationId: 'x' } } }) }, [
    { path: '/one', service: 'a-service', stripPrefix: true },
    {
      path: '/two',
      service: 'a-service',
      stripPrefix: true,
      policies: { canary: { service: 'a-service-next', percent: 5 } },
    },
  ]);
  expect(Object.keys(at(document, 'paths') as object)).toEqual(['/one/x', '/two/x']);
  expect(at(document, 'paths', '/one/x', 'get', 'operationId')).toBe('a-service.x');
  expect(at(document, 'paths', '/two/x', 'get', 'operationId')).toBe('a-service.x.2');
});

it.each([
  ['/v2', ['/v2/x']],
  ['http://127.0.0.1:3001/v2/', ['/v2/x']],
  ['https://{host}/{version}', ['/v3/x']],
  ['http://[', ['/x']],
])('takes the paths behind that of the first server: %s', async (url, paths) => {
  const variables = { host: { default: 'a' }, version: { default: 'v3' } };
  const servers = [{ url, ...(url.includes('{') ? { variables } : {}) }];
  expect(await pathsOf(['/x'], [{ path: '/', service: 'a-service' }], { servers })).toEqual(paths);
});

it('names no server but the gateway, and no webhook', async () => {
  const servers = [{ url: 'http://10.0.0.7:3001' }];
  const document = await merged(
    {
      'a-service': aDocument(
        { '/x': { servers, get: { ...ok, servers } } },
        { servers, webhooks: { told: { post: ok } } },
      ),
    },
    [{ path: '/', service: 'a-service' }],
  );
  expect(document.servers).toEqual([{ url: '/' }]);
  expect(JSON.stringify(document)).not.toContain('10.0.0.7');
  expect(document).not.toHaveProperty('webhooks');
});
