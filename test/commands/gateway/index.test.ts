import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { discoveryPath, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { upWorkspace } from '../../supervisor/up-workspace.js';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli, startMscli } from '../../support/run-mscli.js';

it('serves the routes of mscli.yaml with what registers itself, shows requests, and leaves nothing behind', async () => {
  await using workspace = await makeWorkspace();
  const path = discoveryPath(workspace.stateUrl);
  const service = createServer((incoming, outgoing) => outgoing.end(incoming.url)).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const child = await startMscli(['gateway', '--port', '0', '--json'], { cwd: workspace.root });
  const rows = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [said] = await once(child.stderr, 'data');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(said))?.[0] ?? '';
  expect(String(said)).toContain('routes: 1');

  expect((await fetch(`${url}/orders/7`)).status).toBe(503);
  await updateDiscovery(path, (draft) => {
    draft.instances['order-service-1'] = {
      id: 'order-service-1',
      service: 'order-service',
      url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'self',
    };
  });
  let text = '';
  for (let tries = 0; tries < 100 && text !== '/orders/7'; tries++) {
    text = await (await fetch(`${url}/orders/7`)).text();
  }
  expect(text).toBe('/orders/7');
  expect(JSON.parse((await rows.next()).value ?? '')).toMatchObject({ msg: 'request', status: 503, route: '/orders' });
  expect((await readDiscovery(path)).instances['gateway-1']).toMatchObject({ url, pid: child.pid });

  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
  service.close();
  const { instances, routes, breakers } = await readDiscovery(path);
  expect({ instances: Object.keys(instances), routes, breakers }).toEqual({
    instances: ['order-service-1'],
    routes: [],
    breakers: {},
  });
});

it('names the port that is taken and the process that has it', async () => {
  await using workspace = await makeWorkspace();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const { stderr, exitCode } = await runMscli(['gateway', '--port', `${port}`], { cwd: workspace.root });
  holder.close();
  expect(exitCode).toBe(5);
  expect(stderr).toContain(`Port ${port}, which the gateway needs, is held by process ${process.pid} (`);
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).routes).toEqual([]);
});

it('names the port of the metrics that is taken, and the process that has it', async () => {
  await using workspace = await makeWorkspace();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const file = join(workspace.root, 'mscli.yaml');
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replace('  port: 8080\n', (line) => `${line}  metrics: { port: ${port} }\n`),
  );
  const { stderr, exitCode } = await runMscli(['gateway', '--port', '0'], { cwd: workspace.root });
  holder.close();
  expect(exitCode).toBe(5);
  expect(stderr).toContain(`Port ${port}, which the gateway's metrics needs, is held by process ${process.pid} (`);
});

it('does not ask to kill the gateway that `mscli up` runs', { timeout: 60_000 }, async () => {
  await using it = await upWorkspace();
  const { stderr, exitCode } = await it.mscli('gateway');
  expect(exitCode).toBe(5);
  expect(stderr).toContain(
    `Port ${it.workspace.config.gateway.port} has the gateway that \`mscli up\` runs in this workspace.`,
  );
  expect(stderr).toContain('`--port`');
  expect(stderr).not.toContain('kill');
});

it('says which address it cannot listen on', async () => {
  await using workspace = await makeWorkspace();
  // TEST-NET-1 (RFC 5737) belongs to no machine.
  const { stderr, exitCode } = await runMscli(['gateway', '--host', '192.0.2.1'], { cwd: workspace.root });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('cannot listen on http://192.0.2.1:8080');
  expect(stderr).toContain('127.0.0.1');
});

it('runs beside another gateway and leaves it its routes', async () => {
  await using workspace = await makeWorkspace();
  const path = discoveryPath(workspace.stateUrl);
  const first = await startMscli(['gateway', '--port', '0'], { cwd: workspace.root });
  await once(first.stderr, 'data');
  const second = await startMscli(['gateway', '--port', '0'], { cwd: workspace.root });
  await once(second.stderr, 'data');
  expect(Object.keys((await readDiscovery(path)).instances)).toEqual(['gateway-1', 'gateway-2']);
  second.kill('SIGTERM');
  expect((await once(second, 'exit'))[0]).toBe(0);
  const left = await readDiscovery(path);
  expect([Object.keys(left.instances), left.routes.length]).toEqual([['gateway-1'], 1]);
  first.kill('SIGTERM');
  expect((await once(first, 'exit'))[0]).toBe(0);
  expect((await readDiscovery(path)).routes).toEqual([]);
});

it('says what is wrong with mscli.yaml before it listens', async () => {
  await using workspace = await makeWorkspace();
  await writeFile(join(workspace.root, 'mscli.yaml'), 'name: shop\ngateway: { prt: 1 }\n');
  const { stderr, exitCode } = await runMscli(['gateway'], { cwd: workspace.root });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('prt');
});
