import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '@mscli/runtime/discovery';
import { expect, it, vi } from 'vitest';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { startMscli } from '../support/run-mscli.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('runs in the foreground, says what happens on stderr, streams the logs to stdout, and ends on SIGINT', async () => {
  await using it = await commandWorkspace();
  const child = await startMscli(['up'], { cwd: it.workspace.root });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  await eventually(() => err.includes('Everything is ready'));
  const pids = (await it.status()).processes.map(({ pid }) => pid ?? 0);
  expect(err).toContain('Broker: embedded (set in mscli.yaml).');
  expect(err).toContain('alpha-service is ready');
  expect(out).toMatch(/^alpha-service │ \d\d:\d\d:\d\d\.\d{3} INFO {2}listening port=\d+$/m);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(pids).toHaveLength(4);
  expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
});

it('ends when the reader of its output goes away', async () => {
  await using it = await commandWorkspace();
  const child = await startMscli(['up', '--json'], { cwd: it.workspace.root });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect((await it.status()).processes.every(({ state }) => state === 'stopped')).toBe(true);
});

it('follows mscli.yaml: a new service joins, a faulty file changes nothing', async () => {
  await using it = await commandWorkspace();
  const child = await startMscli(['up'], { cwd: it.workspace.root });
  let err = '';
  child.stderr.on('data', (data) => (err += data));
  await eventually(() => err.includes('Everything is ready'));
  const before = await it.status();
  const file = join(it.workspace.root, 'mscli.yaml');
  const yaml = await readFile(file, 'utf8');
  const [port] = await freePorts(1);
  await writeFile(file, yaml.replace(/^( {2})(beta-service)(.*port: )\d+(.*)$/m, `$&\n  gamma-service$3${port}$4`));
  await eventually(() => err.includes('gamma-service is ready'));
  await writeFile(file, 'name: [');
  await eventually(() => err.includes('mscli.yaml changed, but does not take effect'));
  const after = await it.status();
  const pids = new Map(after.processes.map(({ name, pid }) => [name, pid]));
  expect([...pids.keys()]).toEqual(['broker', 'gateway', 'alpha-service', 'beta-service', 'gamma-service']);
  for (const { name, pid } of before.processes) expect(pids.get(name)).toBe(pid);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

it('prints one JSON object a line with --json', async () => {
  await using it = await commandWorkspace();
  const child = await startMscli(['up', '--json'], { cwd: it.workspace.root });
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  const events = () =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const ready = (process: string) => (e: { type: string; process?: string; state?: { kind: string } }) =>
    e.type === 'state' && e.process === process && e.state?.kind === 'ready';
  await eventually(() => ['broker', 'gateway', 'alpha-service', 'beta-service'].every((p) => events().some(ready(p))));
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(events()).toContainEqual({ type: 'state', process: 'broker', state: { kind: 'stopped' } });
});

it('refuses a second one, naming the process of the first', async () => {
  await using it = await upWorkspace();
  const { supervisor } = await it.status();
  const { exitCode, stderr } = await it.mscli('up');
  expect(exitCode).toBe(5);
  expect(stderr).toContain(`process ${supervisor?.pid} runs it`);
});

it('fails when a service does not start, and says why', async () => {
  await using it = await commandWorkspace({ env: { CRASH_AFTER_MS: '1' } });
  const { exitCode, stderr } = await it.mscli('up', '-d');
  expect(exitCode).toBe(7);
  expect(stderr).toContain('alpha-service: it ended with exit code 7');
  expect(stderr).toContain('the last words');
});

it('refuses a broker that is none', async () => {
  await using it = await commandWorkspace();
  const { exitCode, stderr } = await it.mscli('up', '--broker', 'rabbit');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('The broker cannot be "rabbit".');
});

it('says what to do where there is no service yet', async () => {
  await using it = await commandWorkspace();
  const [port] = await freePorts(1);
  const file = join(it.workspace.root, 'mscli.yaml');
  await writeFile(file, `name: shop\nbroker: embedded\ngateway: { port: ${port} }\n`);
  const { exitCode, stderr } = await it.mscli('up', '-d');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('There are no services yet: `mscli new service` makes one.');
});
