import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { discoveryPath, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { afterEach, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli, startMscli } from '../../support/run-mscli.js';

vi.setConfig({ testTimeout: 90_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

it('two gateways with views of their own, one order for both', async () => {
  const { cwd, stateUrl } = await workspaceWithService((status) => status);
  const gateways = [await startGateway(cwd, stateUrl, 'gateway-1'), await startGateway(cwd, stateUrl, 'gateway-2')];
  const watch = await startWatch(cwd);
  const status = async (index: number, path = '/orders') => (await fetch(`${gateways[index]}${path}`)).status;

  // Only the first one sees failures, and only the first one opens.
  expect(await status(1)).toBe(200);
  await eventually(() => watch.lines.some(({ instance }) => instance === 'gateway-2'));
  for (let n = 0; n < 5; n += 1) expect(await status(0, '/orders/500')).toBe(500);
  expect([await status(0), await status(1)]).toEqual([503, 200]);
  const states = async () => {
    const { stdout } = await runMscli(['breaker', 'list', '--json'], { cwd });
    const [breaker] = JSON.parse(stdout).breakers as { name: string; instances: { id: string; state: string }[] }[];
    return breaker?.instances.map(({ id, state }) => `${id} ${state}`);
  };
  await eventually(async () => (await states())?.length === 2);
  expect(await states()).toEqual(['gateway-1 open', 'gateway-2 closed']);

  const tripped = await runMscli(['breaker', 'trip', '*->order-service', '--reason', 'testing', '--yes', '--json'], {
    cwd,
  });
  expect(JSON.parse(tripped.stdout)).toMatchObject({
    instances: [
      { id: 'gateway-1', obeyed: true, state: 'forced-open' },
      { id: 'gateway-2', obeyed: true, state: 'forced-open' },
    ],
    blastRadius: { callers: [{ service: 'gateway', instances: 2 }], routes: [{ path: '/orders' }] },
  });
  expect(await status(1)).toBe(503);

  const reset = await runMscli(['breaker', 'reset', '*->*', '--json'], { cwd });
  expect(JSON.parse(reset.stdout)).toMatchObject({
    ended: ['*->order-service'],
    instances: [{ obeyed: true }, { obeyed: true }],
  });
  expect([await status(0), await status(1)]).toEqual([200, 200]);

  const history = await runMscli(['breaker', 'history', 'gateway->order-service', '--json'], { cwd });
  const entries = JSON.parse(history.stdout).entries as Record<string, string>[];
  const told = entries.map(({ command, instance, to }) => command ?? `${instance} ${to}`);
  expect(told[0]).toBe('gateway-1 open');
  expect(told).toEqual(expect.arrayContaining(['trip', 'gateway-1 forced-open', 'gateway-2 forced-open', 'reset']));

  expect(watch.child.exitCode).toBeNull();
  await eventually(() => watch.lines.some(({ to, instance }) => instance === 'gateway-2' && to === 'forced-open'));
  expect(watch.lines).toContainEqual(
    expect.objectContaining({ kind: 'state', instance: 'gateway-1', to: 'open', reason: 'consecutive-failures' }),
  );
  expect(watch.lines).toContainEqual(expect.objectContaining({ kind: 'override', breaker: 'gateway->order-service' }));
  watch.child.kill('SIGINT');
  expect(await watch.exit).toBe(0);
});

it('settings in mscli.yaml reach the gateway', async () => {
  const { cwd, stateUrl } = await workspaceWithService(() => 500);
  const yaml = join(cwd, 'mscli.yaml');
  const breaker = '    breaker: { consecutiveFailures: 2, open: 1h, maxOpen: 2h }\n';
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace(/(?= {4}port: 3001)/, breaker));
  const gateway = await startGateway(cwd, stateUrl, 'gateway-1');
  const answers: Response[] = [];
  // A gateway may still be about to read the routes that it has just written.
  await eventually(async () => {
    const answer = await fetch(`${gateway}/orders`);
    return answer.status === 404 ? false : answers.push(answer) === 3;
  });
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 503]);
  expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(3000);
});

/** A workspace whose order service answers with the status in the path. */
async function workspaceWithService(statusOf: (asked: number) => number) {
  const workspace = await makeWorkspace();
  cleanups.push(() => workspace[Symbol.asyncDispose]());
  const server: Server = createServer((request, response) => {
    response.writeHead(statusOf(Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 200))).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => server.closeAllConnections());
  cleanups.push(async () => server.close());
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    draft.instances['order-service-1'] = {
      id: 'order-service-1',
      service: 'order-service',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'self',
    };
  });
  return { cwd: workspace.root, stateUrl: workspace.stateUrl };
}

async function startGateway(cwd: string, stateUrl: string, id: string): Promise<string> {
  const child = await startMscli(['gateway', '--port', '0'], { cwd });
  cleanups.push(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const { url } = await eventually(async () => {
    const { instances, routes } = await readDiscovery(discoveryPath(stateUrl));
    return routes.length > 0 && instances[id];
  });
  return url;
}

async function startWatch(cwd: string) {
  const child = await startMscli(['breaker', 'list', '--watch', '--json'], { cwd });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  cleanups.push(async () => child.kill('SIGKILL'));
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  return { child, exit, lines };
}
