import type { ServerResponse } from 'node:http';
import { updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { bundledGateway } from '../setup/bundled-gateway.js';
import type { GatewayProcess } from '../setup/gateway-process.js';
import { workersOf } from '../setup/gateway-workers.js';
import { openRaw, statusOf } from '../setup/raw-client.js';
import { twoWorkers } from '../setup/two-workers.js';
import { waitUntil } from '../setup/wait-until.js';

const gatewayOfFile = bundledGateway();
const { stack } = gatewayOfFile;

/** So many requests at once, each on a connection of its own. */
function ask({ port }: GatewayProcess, count: number) {
  return Array.from({ length: count }, () => {
    const client = openRaw(port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    return client;
  });
}

async function statuses(clients: ReturnType<typeof ask>): Promise<Record<number, number>> {
  await waitUntil(() => clients.every((client) => client.text().includes('\r\n\r\n')), 'the answers');
  const counts: Record<number, number> = {};
  for (const { text, socket } of clients) {
    counts[statusOf(text())] = (counts[statusOf(text())] ?? 0) + 1;
    socket.destroy();
  }
  return counts;
}

function servedBy({ lines }: GatewayProcess): unknown[] {
  return [...new Set(lines.filter(({ msg }) => msg === 'request').map(({ instance }) => instance))].sort();
}

/** One request after the other on one connection; gives the status and the body of each answer. */
function keepOpen({ port }: GatewayProcess) {
  const client = openRaw(port);
  stack.use({ [Symbol.asyncDispose]: async () => void client.socket.destroy() });
  return async (path = '/') => {
    const from = client.text().length;
    client.socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await waitUntil(() => /\r\n\r\n.+/s.test(client.text().slice(from)), 'the answer');
    return client.text().slice(from);
  };
}

it('lets exactly as many requests through as the rate limit says, over all workers', async () => {
  let served = 0;
  const count = (_: unknown, outgoing: ServerResponse) => {
    served += 1;
    outgoing.end('ok');
  };
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, count, {
    policies: { rateLimit: { requests: 30, per: '1h' } },
  });
  expect(await statuses(ask(gateway, 100))).toEqual({ 200: 30, 429: 70 });
  expect(served).toBe(30);
  await waitUntil(() => servedBy(gateway).length === 2, 'the log of both workers');
});

it('goes on counting when other routes change, and when a worker is replaced', async () => {
  const policies = { rateLimit: { requests: 10, per: '1h' } };
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, (_, outgoing) => outgoing.end('ok'), { policies });
  expect(await statuses(ask(gateway, 12))).toEqual({ 200: 10, 429: 2 });
  const connections = Array.from({ length: 6 }, () => keepOpen(gateway));
  await updateDiscovery(gateway.path, (draft) => {
    draft.routes.push({ path: '/new', service: 'b-service', stripPrefix: false });
  });
  const all = async (path: string) => (await Promise.all(connections.map((get) => get(path)))).map(statusOf);
  await waitUntil(async () => (await all('/new')).every((status) => status === 503), 'the route in both workers');
  expect(new Set(await all('/'))).toEqual(new Set([429]));
  process.kill((await workersOf(gateway)).get('gateway-1.1') ?? 0, 'SIGKILL');
  await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'the worker gateway-1.1 is back'), 'another one');
  expect(await statuses(ask(gateway, 8))).toEqual({ 429: 8 });
});

it('has as many requests running as the concurrency limit says, over all workers, and those of a killed worker no more', async () => {
  const running = new Set<ServerResponse>();
  const hold = (_: unknown, outgoing: ServerResponse) => {
    running.add(outgoing);
    outgoing.once('close', () => running.delete(outgoing));
  };
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, hold, { policies: { concurrency: { limit: 6 } } });
  const clients: ReturnType<typeof ask> = [];
  // One after the other they go to the workers in turn.
  for (let count = 1; count <= 6; count++) {
    clients.push(...ask(gateway, 1));
    await waitUntil(() => running.size === count, 'the next one to run');
  }
  clients.push(...ask(gateway, 18));
  const refused = () => clients.filter(({ text }) => statusOf(text()) === 503);
  await waitUntil(() => refused().length === 18 && running.size === 6, 'the limit');
  process.kill((await workersOf(gateway)).get('gateway-1.1') ?? 0, 'SIGKILL');
  await waitUntil(() => running.size < 6, 'the end of what the worker had');
  await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'the worker gateway-1.1 is back'), 'another one');
  const kept = running.size;
  expect(kept).toBeGreaterThan(0);
  const more = ask(gateway, 24);
  const refusedThen = () => more.filter(({ text }) => statusOf(text()) === 503);
  await waitUntil(() => refusedThen().length === 24 - (6 - kept) && running.size === 6, 'the limit again');
  for (const outgoing of running) outgoing.end('ok');
  await waitUntil(() => more.filter(({ text }) => statusOf(text()) === 200).length === 6 - kept, 'their answers');
  for (const { socket } of [...clients, ...more]) socket.destroy();
});

it('lets those that wait in one after the other, and forgets those that have gone', async () => {
  const running: ServerResponse[] = [];
  let most = 0;
  const hold = (_: unknown, outgoing: ServerResponse) => {
    running.push(outgoing);
    most = Math.max(most, running.length);
  };
  const policies = { concurrency: { limit: 1, queue: 8, wait: '1m' } };
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, hold, { policies });
  const clients = ask(gateway, 9);
  const answered = () => clients.filter(({ text }) => statusOf(text()) === 200);
  await waitUntil(() => running.length === 1, 'the first one');
  const full = ask(gateway, 2);
  await waitUntil(() => full.every(({ text }) => statusOf(text()) === 503), 'a full queue');
  const gone = clients.filter((_, index) => index % 2 === 0);
  // The one that runs may be among them; its place is free then, too.
  for (const { socket } of gone) socket.destroy();
  const staying = clients.filter((client) => !gone.includes(client));
  await waitUntil(() => {
    running.shift()?.end('ok');
    return staying.every(({ text }) => statusOf(text()) === 200);
  }, 'all that stayed');
  expect(answered().length).toBeGreaterThanOrEqual(staying.length);
  expect(most).toBe(1);
  for (const { socket } of [...clients, ...full]) socket.destroy();
});

it('keeps to a limit that nobody can count, and serves everything else', async () => {
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, (_, outgoing) => outgoing.end('ok'));
  await updateDiscovery(gateway.path, (draft) => {
    const [route] = draft.routes;
    if (route === undefined) return;
    const policies = { rateLimit: { requests: 1000, per: '1h' } };
    draft.routes.push(
      { ...route, path: '/limited', policies },
      { ...route, path: '/full', policies: { concurrency: { limit: 9 } } },
    );
  });
  const connections = Array.from({ length: 4 }, () => keepOpen(gateway));
  const isLimited = (answer: string) => /\r\nRateLimit: /i.test(answer);
  await waitUntil(
    async () => (await Promise.all(connections.map((get) => get('/limited')))).every(isLimited),
    'the routes in both workers',
  );
  gateway.child.kill('SIGSTOP');
  for (const path of ['/limited', '/full']) {
    for (const answer of await Promise.all(connections.map((get) => get(path)))) {
      expect([statusOf(answer), answer.includes('urn:mscli:problem:limit-unknown')]).toEqual([503, true]);
    }
  }
  expect((await Promise.all(connections.map((get) => get('/')))).map(statusOf)).toEqual([200, 200, 200, 200]);
  gateway.child.kill('SIGCONT');
  await waitUntil(
    async () => (await Promise.all(connections.map((get) => get('/full')))).every((text) => statusOf(text) === 200),
    'the primary to answer again',
  );
});
