import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openRaw, statusOf } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** Two instances, of which the first answers with a status or breaks off. */
async function halfBroken(policies: object, fault: number | 'breaks off') {
  const seen: string[] = [];
  const bad = stack.use(
    await httpUpstream((incoming, outgoing) => {
      seen.push(`bad ${incoming.method}`);
      if (fault === 'breaks off') incoming.socket.destroy();
      else outgoing.writeHead(fault).end('bad');
    }),
  );
  const good = stack.use(
    await httpUpstream((incoming, outgoing) => {
      seen.push(`good ${incoming.method}`);
      outgoing.end('good');
    }),
  );
  const gateway = stack.use(await testGateway({ '/a': { urls: [bad.url, good.url], policies } }));
  const statuses = async (count: number, init: RequestInit = {}) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await fetch(`${gateway.url}/a`, init)).status);
    return found;
  };
  return { gateway, statuses, seen };
}

describe('retries', () => {
  it.each([502, 503, 504, 'breaks off' as const])('go to another instance: %s', async (fault) => {
    const { statuses, seen } = await halfBroken({ retries: {} }, fault);
    expect(await statuses(4)).toEqual([200, 200, 200, 200]);
    expect(seen.filter((line) => line.startsWith('bad'))).not.toEqual([]);
  });

  it('are made of nothing that must not be done twice', async () => {
    const { statuses, seen } = await halfBroken({ retries: {} }, 503);
    const before = await statuses(4, { method: 'POST' });
    expect(before.toSorted()).toEqual([200, 200, 503, 503]);
    expect(seen).toHaveLength(4);
    const keyed = await statuses(4, { method: 'POST', headers: { 'idempotency-key': 'k' } });
    expect(keyed).toEqual([200, 200, 200, 200]);
  });

  it('send a body again that was there as a whole, and none that was not', async () => {
    const { gateway, statuses } = await halfBroken({ retries: {} }, 503);
    expect(await statuses(4, { method: 'PUT', body: 'x' })).toEqual([200, 200, 200, 200]);
    const upload = async () => {
      const client = openRaw(gateway.port);
      client.socket.write('PUT /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nx');
      await sleep(50);
      client.socket.write('x');
      return statusOf(await client.seen(/\r\n\r\n/));
    };
    const found: number[] = [];
    for (let n = 0; n < 4; n++) found.push(await upload());
    expect(found.toSorted()).toEqual([200, 200, 503, 503]);
  });

  it('are not made of other statuses, nor without being asked for', async () => {
    const { statuses: of500 } = await halfBroken({ retries: {} }, 500);
    expect((await of500(4)).toSorted()).toEqual([200, 200, 500, 500]);
    const { statuses: without } = await halfBroken({}, 503);
    expect((await without(4)).toSorted()).toEqual([200, 200, 503, 503]);
  });

  it('end with the budget, so that they never become the load', async () => {
    let asked = 0;
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        asked += 1;
        outgoing.writeHead(503).end();
      }),
    );
    const gateway = stack.use(
      await testGateway({ '/a': { urls: [upstream.url], policies: { retries: { attempts: 5 } } } }),
    );
    // The breaker would stop it after five.
    await gateway.update((draft) => {
      draft.overrides['gateway->a-service'] = {
        id: 'x',
        mode: 'disabled',
        author: 'test',
        at: new Date().toISOString(),
      };
    });
    const started = performance.now();
    for (let n = 0; n < 100; n++) expect((await fetch(`${gateway.url}/a`)).status).toBe(503);
    const seconds = (performance.now() - started) / 1000;
    expect(asked - 100).toBeLessThanOrEqual(10 + 20 + Math.ceil(10 * seconds));
    expect(asked - 100).toBeGreaterThanOrEqual(20);
  });
});
