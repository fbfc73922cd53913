import { access, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { type Mscli, mscli } from './mscli.js';

const publishes = ['--publishes', 'payment.taken,payment.cancelled'];
const subscribes = ['--subscribes', 'order.placed'];
const saga = ['--saga', 'take-payment'];

/** Every combination of options, and names that are hard on the code: keywords, types, tables, plurals. */
const services: [name: string, options: string[]][] = [
  ['plain', []],
  ['publisher', publishes],
  ['subscriber', subscribes],
  ['orchestrator', saga],
  ['publisher-subscriber', [...publishes, ...subscribes]],
  ['publisher-orchestrator', [...publishes, ...saga]],
  ['subscriber-orchestrator', [...subscribes, ...saga]],
  ['everything', [...publishes, ...subscribes, ...saga]],
  ['class', ['--saga', 'delete,saga,route']],
  ['promise', ['--subscribes', 'event.raised,request.sent']],
  ['event', ['--publishes', 'event.raised', '--subscribes', 'event.raised']],
  ['value', ['--saga', 'list']],
  ['saga', saga],
];

let folder: string;
let root: string;
let cli: Mscli;
let gatewayPort: number;
const paths = services.map(([name]) => `services/${name}-service`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mscli-templates-'));
  root = join(folder, 'combinations');
  const [gateway = 0, ...ports] = await freePorts(services.length + 1);
  gatewayPort = gateway;
  await mscli({ cwd: folder }).json('new', 'workspace', 'combinations', '--port', `${gateway}`, '--no-install');
  cli = mscli({ cwd: root });
  for (const [index, [name, options]] of services.entries()) {
    await cli.json('new', 'service', name, '--port', `${ports[index]}`, '--no-install', ...options);
  }
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: root });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['contracts', ...paths])('%s type-checks', async (path) => {
  await execa(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', path], { cwd: root });
});

test('all pass their own tests', async () => {
  const { stdout } = await execa(join(root, 'node_modules/.bin/vitest'), ['run', '--reporter=json'], { cwd: root });
  const report = JSON.parse(stdout);
  const files = report.testResults.map(({ name }: { name: string }) => name.slice(root.length + 1)).sort();
  for (const path of paths) expect(files.join('\n')).toContain(`${path}/test/`);
  expect(report).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 });
});

test('all start together and answer behind the gateway', async () => {
  try {
    await cli.json('up', '--detach', '--broker', 'embedded');
    const { gateway } = { gateway: `http://127.0.0.1:${gatewayPort}` };
    for (const [name, options] of services) {
      const { route } = await routeOf(`${name}-service`);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ name: 'first' });
      const created = await fetch(gateway + route, { method: 'POST', headers, body });
      expect(created.status, name).toBe(201);
      const { id } = (await created.json()) as { id: string };
      expect((await fetch(`${gateway}${route}/${id}`)).status, name).toBe(200);
      if (!options.includes('take-payment')) continue;
      const second = JSON.stringify({ name: 'second' });
      const started = await fetch(`${gateway}${route}/take-payment`, { method: 'POST', headers, body: second });
      const run = (await started.json()) as { saga: string };
      const status = async () => ((await (await fetch(`${gateway}${route}/${run.saga}`)).json()) as Item).status;
      await eventually(async () => (await status()) === 'completed');
    }
    // What "event" publishes reaches its subscribers, itself among them.
    const { route } = await routeOf('promise-service');
    const recorded = async () => (await (await fetch(gateway + route)).json()) as Item[];
    await eventually(async () => (await recorded()).some((item) => item.name.startsWith('event.raised ')));
  } finally {
    await cli.run('down', '--volumes');
  }
});

interface Item {
  name: string;
  status?: string;
}

async function routeOf(service: string): Promise<{ route: string }> {
  const yaml = await readFile(join(root, 'mscli.yaml'), 'utf8');
  const route = new RegExp(`- path: (\\S+)\\n\\s+service: ${service}\\n`).exec(yaml)?.[1];
  if (route === undefined) throw new Error(`no route to ${service} in ${yaml}`);
  return { route };
}

test('one is built and started as its Dockerfile does it, from a copy of what that copies', async () => {
  const image = join(folder, 'image');
  const service = 'services/plain-service';
  const dockerfile = await readFile(join(root, service, 'Dockerfile'), 'utf8');
  const [, build = ''] = dockerfile.split(/^FROM /m);
  for (const [, copied = '', command = ''] of build.matchAll(/^COPY (.+) \S+$|^RUN ((?:.+\\\n)*.+)$/gm)) {
    const paths = copied.split(' ').filter(Boolean);
    for (const path of paths) await cp(join(root, path), join(image, path), { recursive: true });
    if (command) await execa('sh', ['-ec', command], { cwd: image });
  }
  await expect(access(join(image, 'node_modules/vitest'))).rejects.toThrow();

  const [port = 0] = await freePorts(1);
  const env = { PORT: `${port}`, MSCLI_STATE_URL: `file://${join(folder, 'data')}`, HOST: '127.0.0.1' };
  const child = execa('node', ['--enable-source-maps', 'dist/main.js'], {
    cwd: join(image, service),
    env,
    reject: false,
  });
  try {
    await eventually(
      async () => (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok === true,
    );
    expect((await fetch(`http://127.0.0.1:${port}/plains`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    expect((await child).exitCode).toBe(0);
  }
});

test('the lock file that new service leaves is in step', async () => {
  const made = await cli.run('new', 'service', 'late');
  expect(made.exitCode, made.stderr).toBe(0);
  await execa('npm', ['ci', '--dry-run', '--no-audit', '--no-fund'], { cwd: root });
});
