import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { PageFiles, unzipped } from '../../../src/gateway/openapi/page-files.js';
import type { GatewaySettings } from '../../../src/gateway/settings/gateway-settings.js';
import { openapi } from '../../../src/gateway/settings/openapi.js';
import { certificateFolder } from '../setup/certificate.js';
import { httpsUpstream } from '../setup/https-upstream.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { deadUrl, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';
import { aDocument, ok } from './merge-setup.js';

const stack = new TestStack();
afterEach(() => stack.end());

type Routes = Parameters<typeof testGateway>[0];

async function describedGateway(routes: Routes, settings: object = {}) {
  return stack.use(await testGateway(routes, { settings: { openapi: openapi.parse(settings) } }));
}

/** A service that has this document; counts how often it is asked for it. */
async function serviceWith(document: object | string, path = '/openapi.json') {
  const asked: string[] = [];
  const upstream = stack.use(
    await httpUpstream((request, response) => {
      asked.push(request.url ?? '');
      if (request.url !== path) response.writeHead(404).end();
      else response.end(typeof document === 'string' ? document : JSON.stringify(document));
    }),
  );
  return { url: upstream.url, asked };
}

it('serves the merged document, kept for a while, with a validator', async () => {
  const service = await serviceWith(aDocument({ '/a': { get: ok }, '/inner': { get: ok } }));
  const gateway = await describedGateway({ '/a': { urls: [service.url] } }, { title: 'Shop', version: '7' });
  const [first, second] = await Promise.all([1, 2].map(() => fetch(`${gateway.url}/openapi.json`)));
  expect(first?.headers.get('content-type')).toBe('application/json');
  const document = (await first?.json()) as { info: object; paths: object };
  expect(document).toMatchObject({ info: { title: 'Shop', version: '7' } });
  expect(Object.keys(document.paths)).toEqual(['/a']);
  expect(await second?.json()).toEqual(document);
  expect(service.asked).toEqual(['/openapi.json']);

  const etag = first?.headers.get('etag') ?? '';
  const again = await fetch(`${gateway.url}/openapi.json`, { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
  const head = await fetch(`${gateway.url}/openapi.json`, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(`${JSON.stringify(document)}\n`)));
  const post = await fetch(`${gateway.url}/openapi.json`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${gateway.url}/openapi.json/x`)).status).toBe(404);
  expect(gateway.requests()[0]).toMatchObject({ route: '/openapi.json', upstream: 'gateway', status: 200 });
});

it('finds documents where the settings say, and names the services without one', async () => {
  const elsewhere = await serviceWith(aDocument({ '/b': { get: ok } }), '/api/docs.json');
  const none = await serviceWith('', '/other');
  const garbage = await serviceWith('<html>');
  const huge = await serviceWith(JSON.stringify('x'.repeat(4 * 1024 * 1024)));
  const hanging = stack.use(await rawUpstream(() => {}));
  const given: Routes = {
    '/b': { service: 'b-service', urls: [elsewhere.url] },
    '/none': { service: 'none-service', urls: [none.url] },
    '/garbage': { service: 'garbage-service', urls: [garbage.url] },
    '/huge': { service: 'huge-service', urls: [huge.url] },
    '/hanging': { service: 'hanging-service', urls: [hanging.url] },
    '/dead': { service: 'dead-service', urls: [await deadUrl()] },
    '/empty': { service: 'empty-service', urls: [] },
  };
  const gateway = await describedGateway(given, { documents: { 'b-service': '/api/docs.json' } });
  const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Record<string, object>;
  expect(Object.keys(document.paths ?? {})).toEqual(['/b']);
  expect(document['x-mscli-missing']).toEqual([
    { service: 'dead-service', reason: 'it could not be reached' },
    { service: 'empty-service', reason: 'no instance of it is ready' },
    { service: 'garbage-service', reason: 'its document is not JSON' },
    { service: 'hanging-service', reason: 'it did not answer in time' },
    { service: 'huge-service', reason: 'its document has more than 4 MB' },
    { service: 'none-service', reason: 'it has no document' },
  ]);
});

it('asks services at https URLs whose certificates are believed, and no others', async () => {
  const files = stack.use(await certificateFolder());
  const document = JSON.stringify(aDocument({ '/a': { get: ok } }));
  const service = stack.use(await httpsUpstream(files, (_, response) => response.end(document)));
  const described = async (settings: GatewaySettings) => {
    const given = { ...settings, openapi: openapi.parse({}) };
    const gateway = stack.use(await testGateway({ '/a': { urls: [service.url] } }, { settings: given }));
    return (await (await fetch(`${gateway.url}/openapi.json`)).json()) as Record<string, object>;
  };
  const believed = await described({ upstreamCa: files.settings.certificate });
  expect(Object.keys(believed.paths ?? {})).toEqual(['/a']);
  expect((await described({}))['x-mscli-missing']).toEqual([
    { service: 'a-service', reason: 'it could not be reached' },
  ]);
});

it('follows the routes', async () => {
  const service = await serviceWith(aDocument({ '/a': { get: ok }, '/b': { get: ok } }));
  const gateway = await describedGateway({ '/a': { urls: [service.url] } });
  const paths = async () => {
    const reply = await fetch(`${gateway.url}/openapi.json`);
    return Object.keys(((await reply.json()) as { paths: object }).paths);
  };
  expect(await paths()).toEqual(['/a']);
  await gateway.update((draft) => {
    draft.routes.push({ path: '/b', service: 'a-service', stripPrefix: false });
  });
  await waitUntil(async () => (await paths()).length === 2, 'the new route to be described');
});

it('comes before a route around it, and after one of the same path', async () => {
  const service = await serviceWith('from the service', '/openapi.json');
  const around = await describedGateway({ '/': { urls: [service.url] } });
  expect((await fetch(`${around.url}/openapi.json`)).headers.get('content-type')).toBe('application/json');
  const same = await describedGateway({ '/openapi.json': { urls: [service.url] } });
  expect(await (await fetch(`${same.url}/openapi.json`)).text()).toBe('from the service');
  expect(same.lines).toContainEqual({
    level: 'warn',
    msg: 'The route /openapi.json to gateway is left out: a-service has that path already.',
  });
});

it('serves the page with its files, and lets browsers load nothing from elsewhere', async () => {
  const gateway = await describedGateway({}, { title: 'Shop & <more>', path: '/api/docs' });
  const page = await fetch(`${gateway.url}/api/docs`);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
  const text = await page.text();
  expect(text).toContain('<title>Shop &#38; &#60;more&#62;</title>');
  const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, link]) => link)
    .filter((link) => link !== 'data:,');
  expect(links).toEqual(['/api/docs/swagger-ui.css', '/api/docs/swagger-ui-bundle.js', '/api/docs/start.js']);
  for (const link of links) {
    const reply = await fetch(gateway.url + link);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
    expect((await reply.text()).length).toBeGreaterThan(100);
  }
  const plain = await fetch(`${gateway.url}/api/docs/swagger-ui.css`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toContain('.swagger-ui');
  const zipped = await fetch(`${gateway.url}/api/docs/swagger-ui.css`, { headers: { 'accept-encoding': 'gzip' } });
  expect([zipped.headers.get('content-encoding'), zipped.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding']);
  expect(await zipped.text()).toContain('.swagger-ui');
  for (const path of ['LICENSE', '../docs', 'swagger-ui.css.gz', 'constructor']) {
    expect((await fetch(`${gateway.url}/api/docs/x/${path}`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/api/docs/${path}`)).status).toBe(path === '../docs' ? 200 : 404);
  }
});

it('costs nothing where it is not configured: there is no such path', async () => {
  const gateway = stack.use(await testGateway({}));
  expect((await fetch(`${gateway.url}/openapi.json`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/docs`)).status).toBe(404);
});

it('reads a file once, and again after a failure', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-page-'));
  stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
  const files = new PageFiles(folder);
  await expect(files.find('swagger-ui.css')).rejects.toThrow('ENOENT');
  await writeFile(join(folder, 'swagger-ui.css.gz'), gzipSync('body{}'));
  const file = await files.find('swagger-ui.css');
  expect(file === undefined ? '' : String(await unzipped(file))).toBe('body{}');
  expect(files.find('swagger-ui.css')).toBe(files.find('swagger-ui.css'));
});
