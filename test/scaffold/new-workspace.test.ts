import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type NewWorkspaceOptions, planWorkspace } from '../../src/scaffold/new-workspace.js';
import { writePlan } from '../../src/scaffold/write-plan.js';
import { findWorkspace } from '../../src/workspace/index.js';
import { tempFolder } from '../workspace/temp-folder.js';

const tarball = 'mscli-runtime-1.2.3-abc.tgz';
const plan = (cwd: string, options: Partial<NewWorkspaceOptions> = {}) =>
  planWorkspace({
    cwd,
    given: { name: 'shop' },
    answers: [],
    force: false,
    runtimeTarball: join(cwd, tarball),
    ...options,
  });

test('makes a workspace that carries its runtime and the schema of its file', async () => {
  using folder = tempFolder({ [tarball]: 'packed' });
  const { plan: made, next } = await plan(folder.path, { given: { name: 'shop', port: '9000' } });
  await writePlan(made);
  const root = join(folder.path, 'shop');
  const read = (path: string) => readFileSync(join(root, path), 'utf8');

  expect((await findWorkspace(root)).config).toEqual({
    name: 'shop',
    broker: 'auto',
    gateway: { port: 9000, routes: [], settings: {} },
    services: {},
  });
  expect(read(`vendor/${tarball}`)).toBe('packed');
  expect(JSON.parse(read('package.json'))).toMatchObject({
    name: 'shop',
    private: true,
    type: 'module',
    workspaces: ['contracts', 'services/*'],
    overrides: { 'light-my-request': '6.6.0' },
  });
  expect(JSON.parse(read('contracts/package.json'))).toMatchObject({
    name: '@shop/contracts',
    dependencies: { '@mscli/runtime': `file:../vendor/${tarball}` },
  });
  expect(read('.gitignore')).toContain('.mscli/');
  expect(read('.gitignore')).toContain('*.key\n');
  const schema = /\$schema=(\S+)/.exec(read('mscli.yaml'))?.[1] ?? '';
  expect(JSON.parse(read(schema))).toMatchObject({ title: 'mscli.yaml' });
  expect(next[0]).toBe('cd shop');
});

test('a folder that holds anything is refused; a fresh clone is not', async () => {
  using folder = tempFolder({ [tarball]: '', 'shop/README.md': 'mine', 'shop/notes.txt': 'mine' });
  await expect(plan(folder.path)).rejects.toMatchObject({
    code: 'EXISTS',
    message: `${join(folder.path, 'shop')} already holds README.md, notes.txt.`,
  });
  const forced = await plan(folder.path, { force: true });
  expect(forced.plan.changes.filter(({ action }) => action === 'overwrite').map(({ path }) => path)).toEqual([
    'README.md',
  ]);

  mkdirSync(join(folder.path, 'clone/.git'), { recursive: true });
  expect((await plan(folder.path, { given: { name: 'clone' } })).plan.changes.length).toBeGreaterThan(5);
  writeFileSync(join(folder.path, 'file'), '');
  await expect(plan(folder.path, { given: { name: 'file' } })).rejects.toMatchObject({ code: 'EXISTS' });
});

test('every sample makes a valid workspace with services, routes and an index of its contracts', async () => {
  const samples = readdirSync(new URL('../../templates', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['workspace', 'service', 'contract'].includes(entry.name))
    .map(({ name }) => name);
  expect(samples).toContain('shop');
  for (const sample of samples) {
    using folder = tempFolder({ [tarball]: '' });
    const made = await plan(folder.path, { given: { name: 'mine' }, sample });
    await writePlan(made.plan);
    const { config } = await findWorkspace(join(folder.path, 'mine'));
    expect(Object.keys(config.services)).toEqual(made.services);
    for (const { path } of Object.values(config.services)) {
      for (const file of ['package.json', 'tsconfig.json', 'Dockerfile', 'src/main.ts']) {
        expect(existsSync(join(folder.path, 'mine', path, file)), `${path}/${file}`).toBe(true);
      }
    }
    for (const { path, content } of made.plan.changes) {
      if (!path.startsWith('vendor/')) expect(String(content), path).not.toMatch(/<%|%>|@shop\/contracts/);
    }
  }
});

test('an unknown sample names the ones there are', async () => {
  using folder = tempFolder({ [tarball]: '' });
  await expect(plan(folder.path, { sample: 'shp' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('did you mean "shop"?'),
  });
});

test('a template of the user must bring an mscli.yaml, and a valid one', async () => {
  using folder = tempFolder({ [tarball]: '', 'own/template.yaml': 'name: a\ndescription: b\n' });
  const template = join(folder.path, 'own');
  await expect(plan(folder.path, { template })).rejects.toMatchObject({ code: 'INVALID_TEMPLATE' });
  writeFileSync(join(template, 'mscli.yaml.ejs'), 'name: <%- name %>\nbroker: rabbit\n');
  await expect(plan(folder.path, { template })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  writeFileSync(join(template, 'mscli.yaml.ejs'), 'name: <%- name %>\nbroker: embedded\n');
  expect((await plan(folder.path, { template })).plan.changes.map(({ path }) => path)).toContain('mscli.yaml');
});

test('an mscli that has not been built says so', async () => {
  using folder = tempFolder();
  const { findRuntimeTarball } = await import('../../src/scaffold/runtime-package.js');
  await expect(findRuntimeTarball(join(folder.path, 'dist/vendor'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
    hint: expect.stringContaining('npm run build'),
  });
});
