import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { planProcesses } from '../../src/supervisor/plan-processes.js';
import { watchWorkspace } from '../../src/supervisor/watch-workspace.js';
import type { Workspace } from '../../src/workspace/index.js';
import { makeCertificate } from '../gateway/setup/certificate.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { type Supervised, superviseWorkspace } from './supervise-workspace.js';
import { serviceFixture, tempWorkspace } from './temp-workspace.js';

function follow(workspace: Workspace, { supervisor }: Supervised, notes: string[]) {
  const broker = { kind: 'external', url: 'amqp://127.0.0.1:5672', reason: 'test' } as const;
  const entries = { gateway: serviceFixture, embeddedBroker: serviceFixture };
  const plan = (current: Workspace) => planProcesses(current, broker, { entries });
  return watchWorkspace({ workspace, plan, supervisor, onNote: (note) => notes.push(note), retryMs: 20 });
}

async function place(path: string, text: string) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

it('sees sources that are saved in the same moment as mscli.yaml', { timeout: 30_000 }, async () => {
  const [gateway, port] = await freePorts(2);
  const source = (answer: string) => `
    import { createServer } from 'node:http';
    createServer((_, response) => response.end('${answer}')).listen(Number(process.env.PORT), '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));
  `;
  await using workspace = await tempWorkspace(
    `name: both\ngateway: { port: ${gateway} }\nservices:\n  a: { path: services/a, port: ${port} }\n`,
    { 'services/a/package.json': '{"type":"module"}', 'services/a/src/main.ts': source('0') },
  );
  await using up = await superviseWorkspace(workspace);
  const notes: string[] = [];
  await using _watching = await follow(workspace, up, notes);
  await up.untilState('a', 'ready');
  const file = join(workspace.root, 'mscli.yaml');
  const config = await readFile(file, 'utf8');
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/`)
      .then((response) => response.text())
      .catch(() => '');
  for (const round of ['1', '2', '3']) {
    await writeFile(file, config.replace(/port: (\d+) }\n$/, `port: $1, breaker: { open: ${round}s } }\n`));
    // Still gathered with its burst when the new mscli.yaml has taken effect.
    await sleep(30);
    await writeFile(join(workspace.root, 'services/a/src/main.ts'), source(round));
    await eventually(async () => (await ask()) === round);
  }
  expect(notes.every((note) => note.includes('are up to date'))).toBe(true);
});

it('leaves the gateway as it is while mscli.yaml names a certificate that is not there, and no longer', {
  timeout: 30_000,
}, async () => {
  const [port] = await freePorts(1);
  await using workspace = await tempWorkspace(`name: secure\ngateway:\n  port: ${port}\n`);
  await using up = await superviseWorkspace(workspace);
  const notes: string[] = [];
  await using watching = await follow(workspace, up, notes);
  await up.untilState('gateway', 'ready');
  const pid = up.pid('gateway');
  const file = join(workspace.root, 'mscli.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}  tls: { certificate: a.pem, key: a.key }\n`);
  await eventually(() => notes.length > 0);
  const missing = (what: string, name: string) => `The gateway’s ${what} ${join(workspace.root, name)} is not there.`;
  expect(notes).toEqual([`mscli.yaml changed, but does not take effect: ${missing('certificate', 'a.pem')}`]);
  expect([up.pid('gateway'), up.states('gateway').at(-1)]).toEqual([pid, 'ready']);
  expect([watching.fault, watching.workspace]).toEqual([missing('certificate', 'a.pem'), workspace]);

  const { cert, key } = await makeCertificate();
  await place(join(workspace.root, 'a.pem'), cert);
  await eventually(() => watching.fault === missing('key', 'a.key'));
  expect(up.pid('gateway')).toBe(pid);
  await place(join(workspace.root, 'a.key'), key);
  await eventually(() => watching.fault === undefined);
  expect(notes.slice(1)).toEqual([
    `mscli.yaml changed, but does not take effect: ${missing('key', 'a.key')}`,
    'mscli.yaml changed: restarted gateway.',
  ]);
  expect(watching.workspace.config.gateway.settings.tls).toMatchObject({ certificate: 'a.pem', key: 'a.key' });
});

it('says what it starts, restarts and stops', { timeout: 30_000 }, async () => {
  const [gateway, other, a, b] = await freePorts(4);
  const command = `'"${process.execPath}" "${serviceFixture}"'`;
  const yaml = (port: number | undefined, name: string, servicePort: number | undefined) =>
    `name: parts\ngateway: { port: ${port} }\nservices: { ${name}: { command: ${command}, port: ${servicePort} } }\n`;
  await using workspace = await tempWorkspace(yaml(gateway, 'a', a));
  await using up = await superviseWorkspace(workspace);
  const notes: string[] = [];
  await using _watching = await follow(workspace, up, notes);
  await up.untilState('a', 'ready');
  await writeFile(join(workspace.root, 'mscli.yaml'), yaml(other, 'b', b));
  await eventually(() => notes.length > 0);
  expect(notes).toEqual(['mscli.yaml changed: started b; restarted gateway; stopped a.']);
});

it('leaves the gateway as it is while somebody has the port of its metrics', { timeout: 30_000 }, async () => {
  const [port] = await freePorts(1);
  await using workspace = await tempWorkspace(`name: metered\ngateway:\n  port: ${port}\n`);
  await using up = await superviseWorkspace(workspace);
  const notes: string[] = [];
  await using watching = await follow(workspace, up, notes);
  await up.untilState('gateway', 'ready');
  const pid = up.pid('gateway');
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port: taken } = holder.address() as AddressInfo;
  const file = join(workspace.root, 'mscli.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}  metrics: { port: ${taken} }\n`);
  await eventually(() => watching.fault !== undefined);
  expect(watching.fault).toContain(
    `Port ${taken}, which the gateway's metrics needs, is held by process ${process.pid}`,
  );
  expect(up.pid('gateway')).toBe(pid);
  holder.close();
  await eventually(() => notes.at(-1) === 'mscli.yaml changed: restarted gateway.');
});
