import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRecord } from '../../../src/control/supervisor-record.js';
import { tempWorkspace } from '../../scaffold/temp-workspace.js';
import { runMscli } from '../../support/run-mscli.js';
import { tempFolder } from '../../workspace/temp-folder.js';

test('makes a service and says where it is and what comes next', async () => {
  using workspace = await tempWorkspace();
  const { exitCode, stdout, stderr } = await runMscli(['new', 'service', 'payment', '--no-install'], {
    cwd: workspace.root,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe(`payment-service is in services/payment-service: port 3001, behind /payments.
Created 10 files, added to mscli.yaml.

Next:
  npm install
  mscli up
  curl localhost:8080/payments
`);
  expect(existsSync(join(workspace.root, 'services/payment-service/src/main.ts'))).toBe(true);
});

test('beside what runs, the next steps do not start it', async () => {
  using workspace = await tempWorkspace();
  const stateFolder = join(workspace.root, '.mscli');
  mkdirSync(stateFolder, { recursive: true });
  const startedAt = new Date().toISOString();
  writeRecord(stateFolder, {
    version: 1,
    pid: process.pid,
    processStart: undefined,
    startedAt,
    socket: '',
    groups: [],
  });
  const { stdout } = await runMscli(['new', 'service', 'payment', '--no-install'], { cwd: workspace.root });
  expect(stdout).toMatch(/\nNext:\n {2}npm install\n {2}curl localhost:8080\/payments\n$/);
});

test('every option, as JSON', async () => {
  using workspace = await tempWorkspace();
  const options = [
    '--route',
    '/pay',
    '--port',
    '4000',
    '--publishes',
    'payment.taken',
    '--publishes',
    'payment.failed',
  ];
  const more = ['--subscribes', 'order.placed,order.paid', '--saga', 'take-payment', '--no-install', '--json'];
  const { exitCode, stdout } = await runMscli(['new', 'service', 'payment', ...options, ...more], {
    cwd: workspace.root,
  });
  expect(exitCode).toBe(0);
  const made = JSON.parse(stdout);
  expect(made).toMatchObject({
    service: 'payment-service',
    port: 4000,
    route: '/pay',
    root: workspace.root,
    dryRun: false,
  });
  expect(made.files).toContainEqual({ path: 'mscli.yaml', action: 'edit' });
  expect(made.files).toContainEqual({ path: 'contracts/payment.failed.ts', action: 'create' });
  expect(made.files).toContainEqual({ path: 'services/payment-service/src/events/order-paid.ts', action: 'create' });
  expect(made.files).toContainEqual({ path: 'services/payment-service/src/sagas/take-payment.ts', action: 'create' });
});

test('--dry-run shows a tree and writes nothing', async () => {
  using workspace = await tempWorkspace();
  const before = readFileSync(join(workspace.root, 'mscli.yaml'), 'utf8');
  const { exitCode, stdout } = await runMscli(['new', 'service', 'payment', '--dry-run'], { cwd: workspace.root });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/├─ mscli\.yaml +edit\n└─ services\/\n {3}└─ payment-service\/\n/);
  expect(readFileSync(join(workspace.root, 'mscli.yaml'), 'utf8')).toBe(before);
  expect(existsSync(join(workspace.root, 'services'))).toBe(false);
});

test.each([
  [[], 2, 'Nobody can be asked, as this is no terminal, and <name> is missing.'],
  [['Order Service'], 2, 'Try order-service'],
  [['a', '--port', '8080'], 5, 'Port 8080 already belongs to the gateway'],
  [['a', '--template', '/nowhere'], 2, '/nowhere is not a template'],
])('mscli new service %j exits with %i', async (args, code, message) => {
  using workspace = await tempWorkspace();
  const { exitCode, stdout, stderr } = await runMscli(['new', 'service', ...args], { cwd: workspace.root });
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(stderr).toContain(message);
});

test('outside a workspace it exits with 3', async () => {
  using folder = tempFolder();
  const { exitCode, stderr } = await runMscli(['new', 'service', 'a'], { cwd: folder.path });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('mscli new workspace');
});

test('a second time it names what is in the way; --force names what it replaces', async () => {
  using workspace = await tempWorkspace();
  const args = ['new', 'service', 'payment', '--no-install'];
  await runMscli(args, { cwd: workspace.root });
  const again = await runMscli(args, { cwd: workspace.root });
  expect(again.exitCode).toBe(5);
  expect(again.stderr).toContain('payment-service');
  const forced = await runMscli([...args, '--force', '--saga', 'pay'], { cwd: workspace.root });
  expect(forced.exitCode).toBe(0);
  expect(forced.stderr).toContain('services/payment-service/src/models/payment.ts');
});

test('a failed installation keeps the files, says what to do and exits with 7', async () => {
  using workspace = await tempWorkspace();
  using programs = tempFolder({ npm: '#!/bin/sh\necho "no network" >&2\nexit 1\n' });
  chmodSync(join(programs.path, 'npm'), 0o755);
  const env = { PATH: `${programs.path}${delimiter}${process.env.PATH}` };
  const { exitCode, stderr } = await runMscli(['new', 'service', 'payment'], { cwd: workspace.root, env });
  expect(exitCode).toBe(7);
  expect(stderr).toContain('no network');
  expect(stderr).toContain(`cd ${workspace.root} && npm install`);
  expect(existsSync(join(workspace.root, 'services/payment-service/src/main.ts'))).toBe(true);
});
