import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { install } from '../../src/scaffold/install.js';
import { tempFolder } from '../workspace/temp-folder.js';

/** A folder with a program "npm" of ours, first on the path. */
function withNpm(script: string) {
  const folder = tempFolder({ 'bin/npm': `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder.path, 'bin/npm'), 0o755);
  vi.stubEnv('PATH', `${join(folder.path, 'bin')}${delimiter}${process.env.PATH}`);
  return folder;
}
afterEach(() => vi.unstubAllEnvs());

test('runs npm install in the workspace and passes its lines on', async () => {
  using folder = withNpm('echo "$@" > arguments; echo out; echo err >&2');
  const lines: string[] = [];
  await install({ root: folder.path, signal: new AbortController().signal, report: (line) => lines.push(line) });
  expect(readFileSync(join(folder.path, 'arguments'), 'utf8')).toMatch(/^install /);
  expect(lines.sort()).toEqual(['err', 'out']);
});

test('an npm that called mscli does not steer the one that mscli calls', async () => {
  using folder = withNpm('env | grep ^npm_ > variables');
  vi.stubEnv('npm_config_local_prefix', '/elsewhere');
  vi.stubEnv('npm_config_global', 'true');
  vi.stubEnv('npm_config_registry', 'http://registry.example');
  await install({ root: folder.path, signal: new AbortController().signal, report: () => {} });
  const variables = readFileSync(join(folder.path, 'variables'), 'utf8');
  expect(variables).toContain('npm_config_registry');
  expect(variables).not.toMatch(/local_prefix|npm_config_global=/);
});

test('a failure says what to do', async () => {
  using folder = withNpm('echo "no network" >&2; exit 7');
  const lines: string[] = [];
  const installing = install({
    root: folder.path,
    signal: new AbortController().signal,
    report: (line) => lines.push(line),
  });
  await expect(installing).rejects.toMatchObject({
    code: 'INSTALL_FAILED',
    message: `npm install failed in ${folder.path}: exit code 7.`,
    hint: expect.stringContaining(`cd ${folder.path} && npm install`),
  });
  expect(lines).toEqual(['no network']);
});

test('a missing npm is a failure too', async () => {
  using folder = tempFolder();
  vi.stubEnv('PATH', folder.path);
  await expect(
    install({ root: folder.path, signal: new AbortController().signal, report: () => {} }),
  ).rejects.toMatchObject({ code: 'INSTALL_FAILED', message: expect.stringContaining('npm') });
});

test('an interruption ends npm', async () => {
  using folder = withNpm('trap "touch stopped; exit 1" TERM; touch started; while :; do sleep 0.05; done');
  const abort = new AbortController();
  const installing = install({ root: folder.path, signal: abort.signal, report: () => {} });
  const outcome = expect(installing).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await vi.waitUntil(() => existsSync(join(folder.path, 'started')), { timeout: 10_000 });
  abort.abort();
  await outcome;
  expect(existsSync(join(folder.path, 'stopped'))).toBe(true);
});
