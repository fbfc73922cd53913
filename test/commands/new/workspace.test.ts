import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { runMscli, startMscli } from '../../support/run-mscli.js';
import { tempFolder } from '../../workspace/temp-folder.js';

test('makes a workspace and says what comes next', async () => {
  using folder = tempFolder();
  const { exitCode, stdout } = await runMscli(['new', 'workspace', 'shop', '--no-install'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`The workspace shop is in ${join(folder.path, 'shop')}.
Created 11 files.

Next:
  cd shop
  npm install
  mscli new service payment
  mscli up
`);
  expect(readdirSync(join(folder.path, 'shop/vendor')).join()).toMatch(/^mscli-runtime-.+\.tgz,mscli\.schema\.json$/);
});

test('with a sample, as JSON', async () => {
  using folder = tempFolder();
  const args = ['new', 'workspace', 'mine', '--sample', 'shop', '--port', '9000', '--no-install', '--json'];
  const { exitCode, stdout } = await runMscli(args, { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'mine',
    root: join(folder.path, 'mine'),
    services: ['auth-service', 'user-service', 'product-service', 'order-service'],
  });
});

test('--dry-run shows a tree and writes nothing', async () => {
  using folder = tempFolder();
  const { exitCode, stdout } = await runMscli(['new', 'workspace', 'shop', '--dry-run'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/├─ mscli\.yaml +create\n/);
  expect(existsSync(join(folder.path, 'shop'))).toBe(false);
});

test.each([
  [[], 2, '<name> is missing'],
  [['My Shop'], 2, 'Try my-shop'],
  [['taken'], 5, 'already holds file'],
  [['shop', '--sample', 'shp'], 2, 'did you mean "shop"?'],
  [['mine', '--template', 'shop'], 2, 'Write `--sample shop`'],
  [['shop', '--answer', 'nobody=asked'], 2, 'does not ask for "nobody"'],
])('mscli new workspace %j exits with %i', async (args, code, message) => {
  using folder = tempFolder({ 'taken/file': '' });
  const { exitCode, stdout, stderr } = await runMscli(['new', 'workspace', ...args], { cwd: folder.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(stderr).toContain(message);
  expect(readdirSync(folder.path)).toEqual(['taken']);
});

test.skipIf(process.platform === 'win32')('Ctrl-C while npm installs says what is left to do', async () => {
  using folder = tempFolder({ 'bin/npm': '#!/bin/sh\necho begun\nwhile :; do sleep 0.05; done\n' });
  chmodSync(join(folder.path, 'bin/npm'), 0o755);
  const env = { PATH: `${join(folder.path, 'bin')}${delimiter}${process.env.PATH}` };
  const child = await startMscli(['new', 'workspace', 'shop'], { cwd: folder.path, env });
  const lines: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    lines.push(line);
    if (line === 'begun') child.kill('SIGINT');
  });
  const [exitCode] = await once(child, 'close');
  const shop = join(folder.path, 'shop');
  expect(exitCode).toBe(130);
  expect(lines.slice(-2)).toEqual([
    `error: npm install was stopped in ${shop}.`,
    `  All files are written; what is left is: cd ${shop} && npm install`,
  ]);
});
