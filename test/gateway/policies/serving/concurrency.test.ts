import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openRaw } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { type TestGateway, testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** A gateway whose upstream answers when the test says so. */
async function held(concurrency: object) {
  const waiting: ServerResponse[] = [];
  const upstream = stack.use(await httpUpstream((_, outgoing) => void waiting.push(outgoing)));
  const gateway = stack.use(await testGateway({ '/a': { urls: [upstream.url], policies: { concurrency } } }));
  const arrived = (count: number) => waitUntil(() => waiting.length === count, `${count} requests at the service`);
  return { gateway, upstream, waiting, arrived };
}

const get = (gateway: TestGateway) => fetch(`${gateway.url}/a`);

describe('the concurrency limit', () => {
  it('answers 503 beyond itself, and lets the next in when one is over', async () => {
    const { gateway, waiting, arrived } = await held({ limit: 2 });
    const running = [get(gateway), get(gateway)];
    await arrived(2);
    const refused = await get(gateway);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ type: 'urn:mscli:problem:overloaded' });
    waiting[0]?.end('done');
    await Promise.race(running);
    const next = get(gateway);
    await arrived(3);
    for (const outgoing of waiting.slice(1)) outgoing.end('done');
    expect((await Promise.all([...running, next])).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('has a few wait for their turn, but not for ever', async () => {
    const { gateway, waiting, arrived } = await held({ limit: 1, queue: 1, wait: '10s' });
    const first = get(gateway);
    await arrived(1);
    const second = get(gateway);
    await waitUntil(async () => {
      const third = new AbortController();
      const refused = await fetch(`${gateway.url}/a`, { signal: third.signal });
      return refused.status === 503;
    }, 'the queue to be full');
    expect(waiting).toHaveLength(1);
    waiting[0]?.end('done');
    await arrived(2);
    waiting[1]?.end('done');
    expect([(await first).status, (await second).status]).toEqual([200, 200]);

    const { gateway: impatient, arrived: there } = await held({ limit: 1, queue: 1, wait: '20ms' });
    const abort = new AbortController();
    const running = fetch(`${impatient.url}/a`, { signal: abort.signal });
    await there(1);
    expect((await get(impatient)).status).toBe(503);
    abort.abort();
    await expect(running).rejects.toThrow();
  });

  it('gives no place to a client that left while it waited', async () => {
    const { gateway, waiting, arrived } = await held({ limit: 1, queue: 1, wait: '1m' });
    const first = get(gateway);
    await arrived(1);
    const leaving = openRaw(gateway.port);
    leaving.socket.write('GET /a?leaving HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitUntil(async () => (await get(gateway)).status === 503, 'the queue to be full');
    leaving.socket.destroy();
    await waitUntil(() => gateway.requests().some(({ status }) => status === 499), 'the gateway to notice');
    const second = get(gateway);
    waiting[0]?.end('done');
    await arrived(2);
    waiting[1]?.end('done');
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(waiting).toHaveLength(2);
  });

  it('gets its place back from clients that leave while they run', async () => {
    const { gateway, arrived } = await held({ limit: 1 });
    for (let n = 1; n <= 3; n++) {
      const client = openRaw(gateway.port);
      client.socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
      await arrived(n);
      client.socket.destroy();
      await waitUntil(() => gateway.requests().length === n, 'the gateway to notice');
    }
  });

  it('gets its place back from requests that nobody could answer', async () => {
    const gateway = stack.use(await testGateway({ '/a': { urls: [], policies: { concurrency: { limit: 1 } } } }));
    const kinds = [];
    for (let n = 0; n < 3; n++) kinds.push(((await (await get(gateway)).json()) as { type: string }).type);
    expect(kinds).toEqual(Array(3).fill('urn:mscli:problem:no-instance'));
  });

  it('counts a WebSocket for as long as it is open', async () => {
    const { gateway, upstream } = await held({ limit: 1 });
    const sockets = new WebSocketServer({ server: upstream.server });
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/a`);
    await new Promise((resolve) => socket.once('open', resolve));
    expect((await get(gateway)).status).toBe(503);
    socket.close();
    const abort = new AbortController();
    await waitUntil(() => gateway.requests().some(({ status }) => status === 101), 'the end of the WebSocket');
    const running = fetch(`${gateway.url}/a`, { signal: abort.signal });
    running.catch(() => {});
    await waitUntil(async () => (await get(gateway)).status === 503, 'the place to be taken again');
    abort.abort();
    sockets.close();
  });
});
