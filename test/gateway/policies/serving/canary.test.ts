import { afterEach, describe, expect, it } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { addInstance, testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function withCanary(canary: object) {
  const [stable, next] = [
    stack.use(await httpUpstream((_, outgoing) => outgoing.end('stable'))),
    stack.use(await httpUpstream((_, outgoing) => outgoing.end('next'))),
  ];
  const policies = { canary: { service: 'next-service', ...canary } };
  const gateway = stack.use(await testGateway({ '/a': { urls: [stable.url], policies } }));
  await gateway.update((draft) => void addInstance(draft, 'next-service', next.url, 1));
  const ask = async (headers: Record<string, string> = {}) => (await fetch(`${gateway.url}/a`, { headers })).text();
  return { gateway, ask };
}

describe('a canary', () => {
  it('gets the requests with its field, whatever its share', async () => {
    const { ask } = await withCanary({ header: { name: 'X-Canary', value: 'yes' } });
    expect(await ask({ 'x-canary': 'yes' })).toBe('next');
    expect(await ask({ 'x-canary': 'no' })).toBe('stable');
    expect(await ask()).toBe('stable');
  });

  it('keeps a client with the service that it has begun with, and takes its share of the clients', async () => {
    const { ask } = await withCanary({ percent: 30, by: 'cookie:session' });
    const places = new Map<number, string>();
    for (let user = 0; user < 200; user++) places.set(user, await ask({ cookie: `session=${user}` }));
    for (let user = 0; user < 200; user += 10) expect(await ask({ cookie: `session=${user}` })).toBe(places.get(user));
    const share = [...places.values()].filter((place) => place === 'next').length / 200;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
  });

  it('is called by its own name, and is left out while it has no instance', async () => {
    const { gateway, ask } = await withCanary({ percent: 100, header: { name: 'x-canary' } });
    expect(await ask()).toBe('next');
    await gateway.update((draft) => {
      delete draft.instances['next-service-1'];
    });
    expect(await ask()).toBe('stable');
    const chosen = await fetch(`${gateway.url}/a`, { headers: { 'x-canary': '1' } });
    expect([chosen.status, ((await chosen.json()) as { type: string }).type]).toEqual([
      503,
      'urn:mscli:problem:no-instance',
    ]);
    await expect
      .poll(() => gateway.requests().map(({ upstream }) => upstream))
      .toEqual(['next-service', 'a-service', 'next-service']);
  });
});
