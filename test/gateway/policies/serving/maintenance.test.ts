import { beginMaintenance, endMaintenance } from '@mscli/runtime/discovery';
import { afterEach, expect, it } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** With any from the start, a change takes effect before the next request: nothing is to be loaded any more. */
const policies = { maxBody: '1mb' };

it('answers in place of the service, and lets what runs finish', async () => {
  const waiting: (() => void)[] = [];
  const upstream = stack.use(await httpUpstream((_, outgoing) => void waiting.push(() => outgoing.end('done'))));
  const gateway = stack.use(await testGateway({ '/a': { urls: [upstream.url] }, '/b': { urls: [], policies } }));
  const running = fetch(`${gateway.url}/a`);
  await expect.poll(() => waiting.length).toBe(1);
  const setMaintenance = (maintenance: object) =>
    gateway.update((draft) => {
      const [route] = draft.routes;
      if (route !== undefined) route.policies = { maintenance };
    });
  await setMaintenance({ message: 'Back at noon.', retryAfter: '1h' });
  const response = await fetch(`${gateway.url}/a/b`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3600']);
  expect(await response.json()).toMatchObject({ type: 'urn:mscli:problem:maintenance', detail: 'Back at noon.' });
  waiting[0]?.();
  expect(await (await running).text()).toBe('done');
  await setMaintenance({ on: false });
  const after = fetch(`${gateway.url}/a`);
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.();
  expect((await after).status).toBe(200);
});

it('is switched by operators on every gateway, whatever the routes are written anew with', async () => {
  const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
  const gateway = stack.use(
    await testGateway({ '/a': { urls: [upstream.url] }, '/b': { urls: [upstream.url], policies } }),
  );
  const statuses = () => Promise.all(['/a', '/b'].map(async (path) => (await fetch(`${gateway.url}${path}`)).status));
  await gateway.update((draft) => void beginMaintenance(draft, '/a', { author: 'alice' }));
  expect(await statuses()).toEqual([503, 200]);
  await gateway.update((draft) => {
    draft.routes = draft.routes.map((route) => ({ ...route, policies }));
  });
  expect(await statuses()).toEqual([503, 200]);
  await gateway.update((draft) => void endMaintenance(draft, '/a'));
  expect(await statuses()).toEqual([200, 200]);
});

it('closes a route that it does not understand, with all paths below, and says so in the log', async () => {
  const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('inside')));
  const urls = [upstream.url];
  const gateway = stack.use(
    await testGateway({ '/': { urls }, '/admin': { urls, policies: { jwt: { issuer: 'x' } } } }),
  );
  expect((await fetch(`${gateway.url}/public`)).status).toBe(200);
  const response = await fetch(`${gateway.url}/admin/users`);
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('route-faulty')]);
  expect(gateway.lines.map(({ msg }) => msg)).toContainEqual(
    expect.stringContaining('The route /admin is closed: its jwt'),
  );
});
