import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, updateDiscovery } from '@mscli/runtime/discovery';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { TestStack } from './setup/stack.js';
import { addInstance, testGateway } from './setup/test-gateway.js';
import { type HttpUpstream, httpUpstream } from './setup/upstream.js';
import { waitUntil } from './setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

describe('the discovery file', () => {
  it('is followed: routes, instances and faults', async () => {
    const upstream = stack.use(await httpUpstream((incoming, outgoing) => outgoing.end(incoming.url)));
    const gateway = stack.use(await testGateway({}));
    const status = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;
    expect(await status('/a')).toBe(404);
    // As the supervisor or a service would, from another process.
    await updateDiscovery(gateway.path, (draft) => {
      draft.routes = [
        { path: '/a', service: 'a', stripPrefix: false },
        { path: '/a/../b', service: 'a', stripPrefix: false },
      ];
    });
    await waitUntil(async () => (await status('/a')) === 503, 'the route');
    expect(gateway.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('/a/../b is left out') }),
    );
    await gateway.update((draft) => void addInstance(draft, 'a', upstream.url, 1));
    expect(await status('/a')).toBe(200);
    await gateway.update((draft) => {
      draft.routes = [{ path: '/b', service: 'a', stripPrefix: false }];
    });
    expect([await status('/a'), await status('/b')]).toEqual([404, 200]);
  });

  it('may change under load, instances may come and go: no request fails', async () => {
    const gateway = stack.use(await testGateway({ '/': { urls: [] } }));
    const agent = new Agent({ connections: 16 });
    const start = async (number: number): Promise<HttpUpstream> => {
      const upstream = await httpUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        outgoing.end(body);
      });
      await gateway.update((draft) => void addInstance(draft, 'a-service', upstream.url, number));
      return upstream;
    };
    // As the runtime does it: announce it, answer for a moment longer, then close and withdraw.
    const stop = async (number: number, upstream: HttpUpstream) => {
      await gateway.update((draft) => {
        (draft.instances[`a-service-${number}`] as Instance).status = 'stopping';
      });
      await sleep(100);
      upstream.server.close();
      upstream.server.closeIdleConnections();
      await gateway.update((draft) => {
        delete draft.instances[`a-service-${number}`];
      });
    };
    let upstreams = [await start(1), await start(2)];
    let isDone = false;
    let served = 0;
    const failures: unknown[] = [];
    const load = Array.from({ length: 8 }, async (_, worker) => {
      while (!isDone) {
        const options = worker % 2 === 0 ? {} : { method: 'PUT', body: `w${worker}` };
        const response = await request(gateway.url, { ...options, dispatcher: agent }).catch((error: Error) => error);
        if (response instanceof Error) failures.push(response);
        else {
          const text = await response.body.text();
          if (response.statusCode !== 200) failures.push(`${response.statusCode} ${text}`);
          served += 1;
        }
      }
    });
    for (let round = 1; round <= 4; round++) {
      const target = served + 100;
      await waitUntil(() => served >= target, 'the load');
      const fresh = await Promise.all([start(round * 10), start(round * 10 + 1)]);
      const old = round === 1 ? [1, 2] : [(round - 1) * 10, (round - 1) * 10 + 1];
      await Promise.all(upstreams.map((upstream, i) => stop(old[i] as number, upstream)));
      upstreams = fresh;
    }
    isDone = true;
    await Promise.all(load);
    await agent.close();
    for (const upstream of upstreams) stack.use(upstream);
    expect(failures).toEqual([]);
    expect(served).toBeGreaterThan(400);
  });
});
