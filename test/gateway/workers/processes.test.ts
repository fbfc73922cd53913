import { readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, it } from 'vitest';
import { bundledGateway } from '../setup/bundled-gateway.js';
import { type GatewayProcess, gatewayProcess } from '../setup/gateway-process.js';
import { answeredBy, workersOf } from '../setup/gateway-workers.js';
import { keepAsking } from '../setup/keep-asking.js';
import { openRaw } from '../setup/raw-client.js';
import { twoWorkers } from '../setup/two-workers.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const gatewayOfFile = bundledGateway();
const { stack } = gatewayOfFile;

function started(listener: Parameters<typeof httpUpstream>[0] = (_, outgoing) => void outgoing.end('ok')) {
  return twoWorkers(gatewayOfFile.bundle, stack, listener);
}

/** Asks on this many connections at once until every one of them has had some answers. */
async function underLoad(gateway: GatewayProcess, connections = 16) {
  const load = Array.from({ length: connections }, () => keepAsking(gateway.port));
  await waitUntil(() => load.every(({ ids }) => ids.length > 20), 'the load');
  return load;
}

async function killed(gateway: GatewayProcess, id: string) {
  process.kill((await workersOf(gateway)).get(id) ?? 0, 'SIGKILL');
}

describe('a gateway with two workers', () => {
  it('is one process to whoever looks: one line that it listens, and both serve', async () => {
    const gateway = await started();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(gateway.url, { headers: { connection: 'close' } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const requests = () => gateway.lines.filter(({ msg }) => msg === 'request');
    await waitUntil(() => requests().length === 8, 'the access lines');
    expect(new Set(requests().map(({ instance }) => instance))).toEqual(new Set(['gateway-1.1', 'gateway-1.2']));
    expect(gateway.lines.filter(({ msg }) => msg.startsWith('listening on '))).toMatchObject([
      { instance: 'gateway-1', msg: `listening on ${gateway.url}` },
    ]);
    const { instances } = await readDiscovery(gateway.path);
    expect(instances['gateway-1']).toMatchObject({ pid: gateway.child.pid, url: gateway.url });
    const views = async () =>
      Object.keys((await readDiscovery(gateway.path)).breakers)
        .sort()
        .join();
    await waitUntil(async () => (await views()) === 'gateway-1.1,gateway-1.2', "each worker's view of the breaker");
  });

  it('loses with a killed worker its own connections and no others, and gets another one', async () => {
    const gateway = await started();
    const load = await underLoad(gateway);
    const of = (id: string) => load.filter(({ ids }) => answeredBy(gateway, ids[0]) === id);
    await waitUntil(() => of('gateway-1.1').length + of('gateway-1.2').length === load.length, 'the access lines');
    const [lost, kept] = [of('gateway-1.1'), of('gateway-1.2')];
    expect([lost.length > 0, kept.length > 0]).toEqual([true, true]);
    await killed(gateway, 'gateway-1.1');
    expect(new Set(await Promise.all(lost.map(({ ended }) => ended)))).toEqual(new Set(['cut']));
    await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'the worker gateway-1.1 is back'), 'another one');
    const before = kept.map(({ ids }) => ids.length);
    await waitUntil(() => kept.every(({ ids }, i) => ids.length > (before[i] ?? 0) + 20), 'the load to go on');
    for (const { stop } of kept) stop();
    expect(new Set(await Promise.all(kept.map(({ ended }) => ended)))).toEqual(new Set(['stopped']));
    expect(gateway.lines.find(({ msg }) => msg.includes('SIGKILL'))).toMatchObject({
      level: 'warn',
      instance: 'gateway-1',
      msg: 'The worker gateway-1.1 ended by SIGKILL. Another one starts in 100 ms.',
    });
    const again = await underLoad(gateway, 4);
    for (const { stop } of again) stop();
    await Promise.all(again.map(({ ended }) => ended));
    await waitUntil(() => again.every(({ ids }) => answeredBy(gateway, ids[0]) !== undefined), 'the access lines');
    expect(new Set(again.map(({ ids }) => answeredBy(gateway, ids[0])))).toEqual(
      new Set(['gateway-1.1', 'gateway-1.2']),
    );
  });

  it('keeps its port when all workers are killed', async () => {
    const gateway = await started();
    await Promise.all(['gateway-1.1', 'gateway-1.2'].map((id) => killed(gateway, id)));
    const back = () => gateway.lines.filter(({ msg }) => msg.endsWith(' is back'));
    await waitUntil(() => back().length === 2, 'the workers');
    expect(await (await fetch(gateway.url)).text()).toBe('ok');
  });

  it('gives no connection for good to a worker that hangs', async () => {
    const gateway = await started();
    const pid = (await workersOf(gateway)).get('gateway-1.1') ?? 0;
    process.kill(pid, 'SIGSTOP');
    const clients = Array.from({ length: 12 }, () => openRaw(gateway.port));
    for (const { socket } of clients) socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const answered = () => clients.filter((client) => client.text().endsWith('ok'));
    // At most one can be on its way to the worker that hangs.
    await waitUntil(() => answered().length >= 11, 'the answers of the other one');
    const waiting = clients.filter((client) => !answered().includes(client));
    const cut = waiting.map(({ socket }) => new Promise((resolve) => socket.once('close', () => resolve('cut'))));
    process.kill(pid, 'SIGKILL');
    expect(await Promise.all(cut)).toEqual(waiting.map(() => 'cut'));
    for (const { socket } of clients) socket.destroy();
  });

  it('leaves no worker behind when the primary is killed', async () => {
    const gateway = await started();
    const pids = [...(await workersOf(gateway)).values()];
    expect(pids).toHaveLength(2);
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    await waitUntil(async () => (await workersOf(gateway)).size === 0, 'the workers to end');
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)(
    'is told to stop under load by %s, and no request fails',
    async (how) => {
      const gateway = await started((incoming, outgoing) => {
        incoming.resume().on('end', () => setTimeout(() => outgoing.end('ok'), 2));
      });
      const load = await underLoad(gateway);
      if (how === 'disconnect') gateway.child.disconnect();
      else gateway.child.kill(how);
      expect(new Set(await Promise.all(load.map(({ ended }) => ended)))).toEqual(new Set(['told']));
      expect(await gateway.exit).toBe(0);
      expect(gateway.lines.at(-1)).toMatchObject({ instance: 'gateway-1', msg: 'stopped' });
      const { instances, breakers } = await readDiscovery(gateway.path);
      expect([Object.keys(instances), breakers]).toEqual([['a-service-1'], {}]);
    },
  );

  it('stops as well when every process of it is told to, as by a terminal', async () => {
    const gateway = await started((incoming, outgoing) => {
      incoming.resume().on('end', () => setTimeout(() => outgoing.end('ok'), 2));
    });
    const load = await underLoad(gateway);
    const pids = [...(await workersOf(gateway)).values(), gateway.child.pid ?? 0];
    for (const pid of pids) process.kill(pid, 'SIGINT');
    expect(new Set(await Promise.all(load.map(({ ended }) => ended)))).toEqual(new Set(['told']));
    expect(await gateway.exit).toBe(0);
    expect((await workersOf(gateway)).size).toBe(0);
  });

  it('is ended by a second signal without waiting', async () => {
    const gateway = await started(() => {});
    const hanging = fetch(gateway.url);
    const failed = expect(hanging).rejects.toThrow();
    await waitUntil(async () => Object.keys((await readDiscovery(gateway.path)).breakers).length > 0, 'the request');
    gateway.child.kill('SIGTERM');
    await waitUntil(() => gateway.lines.some(({ msg }) => msg.startsWith('stopping')), 'the stop');
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit).toBe(null);
    await failed;
    await waitUntil(async () => (await workersOf(gateway)).size === 0, 'the workers to end');
  });

  it('says once that the port is taken, and who has it', async () => {
    const upstream = stack.use(await httpUpstream(() => {}));
    const env = { MSCLI_GATEWAY_SETTINGS: JSON.stringify({ workers: 2 }), PORT: String(upstream.port) };
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, env));
    expect(await gateway.exit).toBe(1);
    expect(gateway.lines).toMatchObject([
      {
        instance: 'gateway-1',
        level: 'error',
        code: 'PORT_TAKEN',
        msg: expect.stringContaining(
          `Port ${upstream.port}, which the gateway needs, is held by process ${process.pid} `,
        ),
      },
    ]);
  });

  it('obeys operators and follows its services in every worker', async () => {
    const gateway = await started();
    const asked = () =>
      Promise.all(
        Array.from({ length: 6 }, async () => (await fetch(gateway.url, { headers: { connection: 'close' } })).status),
      );
    expect(new Set(await asked())).toEqual(new Set([200]));
    await updateDiscovery(gateway.path, (draft) => {
      const at = new Date().toISOString();
      draft.overrides['gateway->a-service'] = { id: 'one', mode: 'open', author: 'test', at };
    });
    const views = async () => {
      const { breakers } = await readDiscovery(gateway.path);
      return Object.fromEntries(
        Object.entries(breakers).map(([id, reports]) => [id, reports['gateway->a-service']?.state]),
      );
    };
    await waitUntil(
      async () => Object.values(await views()).filter((state) => state === 'forced-open').length === 2,
      'both to obey',
    );
    expect(await views()).toEqual({ 'gateway-1.1': 'forced-open', 'gateway-1.2': 'forced-open' });
    expect(new Set(await asked())).toEqual(new Set([503]));
    await updateDiscovery(gateway.path, (draft) => {
      delete draft.overrides['gateway->a-service'];
    });
    await waitUntil(async () => (await asked()).every((status) => status === 200), 'both to serve again');
    await updateDiscovery(gateway.path, (draft) => {
      draft.routes = [{ path: '/elsewhere', service: 'a-service', stripPrefix: false }];
    });
    await waitUntil(async () => (await asked()).every((status) => status === 404), 'both to drop the route');
  });
});
