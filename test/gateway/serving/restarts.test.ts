import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery, InstanceStatus } from '@mscli/runtime/discovery';
import { afterEach, describe, expect, it } from 'vitest';
import { HEALTH_PATH } from '../../../src/gateway/health.js';
import { blackHole } from '../setup/black-hole.js';
import { openRaw } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { addInstance, type TestGateway, testGateway } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

describe('a service that is being restarted', () => {
  it.each(['stopping', 'starting'] as const)('and whose only instance is %s is waited for', async (status) => {
    const { gateway, url, hasCome } = await restarting(status);
    const asked = [fetch(gateway.url), fetch(gateway.url, { method: 'POST', body: 'whole' })];
    await hasCome();
    await become(gateway, 'ready', url);
    const answers = await Promise.all(asked);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['GET ', 'POST whole']);
  });

  it('is waited for where it refuses the connection before the gateway knows', async () => {
    const upstream = stack.use(await echo());
    const hole = stack.use(await blackHole());
    const gateway = stack.use(await testGateway({ '/': { urls: [hole.url] } }, { limits: { connectMs: 500 } }));
    const asked = fetch(gateway.url, { method: 'POST', body: 'whole' });
    await hasCome(gateway);
    await become(gateway, 'starting', upstream.url);
    await waitUntil(() => gateway.gateway.discovery.snapshot.instances['a-service-1']?.status === 'starting', 'that');
    await sleep(700);
    await become(gateway, 'ready', upstream.url);
    expect(await (await asked).text()).toBe('POST whole');
  });

  it('is given up when its instance is gone for good, or does not come', async () => {
    const { gateway, hasCome } = await restarting('stopping');
    const asked = fetch(gateway.url);
    await hasCome();
    await gateway.update((draft) => {
      delete draft.instances['a-service-1'];
    });
    expect((await asked).status).toBe(503);
    await become(gateway, 'starting');
    expect((await fetch(gateway.url)).status).toBe(503);
  });

  it('is not waited for by everybody', async () => {
    const { gateway, url } = await restarting('starting', { comingRequests: 1, comingMs: 60_000 });
    const asked = [fetch(gateway.url), fetch(gateway.url)];
    expect((await Promise.race(asked)).status).toBe(503);
    await become(gateway, 'ready', url);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 503]);
  });

  it('is not waited for where it registered itself and is stopping: nobody starts it again', async () => {
    const gateway = stack.use(await testGateway({ '/': { urls: ['http://127.0.0.1:1'] } }));
    await become(gateway, 'stopping', undefined, 'self');
    expect((await fetch(gateway.url)).status).toBe(503);
  });

  it('is not asked for a client that left meanwhile', async () => {
    const { gateway, url, hasCome } = await restarting('starting');
    const client = openRaw(gateway.port);
    client.socket.write('GET /left HTTP/1.1\r\nHost: a\r\n\r\n');
    await hasCome();
    client.socket.resetAndDestroy();
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 499, reason: 'client-gone' });
    await become(gateway, 'ready', url);
    expect(await (await fetch(gateway.url)).text()).toBe('GET ');
    expect(gateway.requests()).toHaveLength(2);
  });

  it('does not hold a gateway that stops', async () => {
    const { gateway, hasCome } = await restarting('starting', { comingMs: 60_000 });
    const asked = fetch(gateway.url);
    await hasCome();
    await gateway.gateway.stop();
    expect((await asked).status).toBe(503);
  });
});

/** A gateway whose only instance the supervisor has in this state, and the URL that a new one will have. */
async function restarting(status: InstanceStatus, limits = {}) {
  const upstream = stack.use(await echo());
  const gateway = stack.use(
    await testGateway({ '/': { urls: [upstream.url] } }, { limits: { comingMs: 1_000, ...limits } }),
  );
  await become(gateway, status, upstream.url);
  return { gateway, url: upstream.url, hasCome: () => hasCome(gateway) };
}

function become(
  gateway: TestGateway,
  status: InstanceStatus,
  url = 'http://127.0.0.1:1',
  registeredBy: 'supervisor' | 'self' = 'supervisor',
) {
  return gateway.update((draft: Discovery) => {
    Object.assign(addInstance(draft, 'a-service', url, 1), { status, registeredBy });
  });
}

/** What was written before has been read when the gateway tells how it is. */
function hasCome(gateway: TestGateway): Promise<unknown> {
  return fetch(`${gateway.url}${HEALTH_PATH}`);
}

function echo() {
  return httpUpstream(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    outgoing.end(`${incoming.method} ${body}`);
  });
}
