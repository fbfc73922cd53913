import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { mscli } from './mscli.js';
import { makeShop, newCustomer } from './shop.js';

let prefix: string;
let bin: string;

beforeAll(async () => {
  prefix = await mkdtemp(join(tmpdir(), 'mscli-prefix-'));
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', prefix], { cwd: packageRoot() });
  const [tarball = ''] = (await readdir(prefix)).filter((name) => name.endsWith('.tgz'));
  await execa('npm', ['install', '--global', '--ignore-scripts', '--prefix', prefix, join(prefix, tarball)]);
  bin = join(prefix, 'lib/node_modules/mscli/bin/mscli.js');
});

afterAll(() => rm(prefix, { recursive: true, force: true }));

test('the packed mscli, installed into an empty prefix, runs the shop', async () => {
  const version = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')).version;
  const named = await execa(join(prefix, 'bin/mscli'), ['--version']);
  expect(named.stdout).toContain(version);

  await using shop = await makeShop({ bin });
  const made = await mscli({ cwd: shop.root, bin }).run('new', 'service', 'payment');
  expect(made.exitCode, made.stderr).toBe(0);
  await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  const customer = await newCustomer(shop.gateway, 'ada@example.com');
  const order = await customer.order('keyboard', 1);
  expect(order.status).toBe(201);
  expect(await shop.mscli.json('saga', 'trace', String(order.body.id))).toMatchObject({ state: 'completed' });
  expect((await fetch(`${shop.gateway}/payments`)).status).toBe(200);
  expect((await shop.mscli.run('down')).exitCode).toBe(0);
  expect(await shop.processes()).toEqual([]);
});

test('the package holds no sources, tests or maps of this machine', async () => {
  const { stdout } = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: packageRoot() });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const folders = new Set(files.map(({ path }) => path.split('/')[0]));
  expect([...folders].sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'templates']);
});
