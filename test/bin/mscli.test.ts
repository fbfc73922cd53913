import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { runMscli } from '../support/run-mscli.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cwd = '/';

it.each(['--version', '-v'])('%s prints the version of the package', async (flag) => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { stdout, exitCode } = await runMscli([flag], { cwd });
  expect({ stdout, exitCode }).toEqual({
    stdout: `mscli/${version} ${process.platform}-${process.arch} node-${process.version}\n`,
    exitCode: 0,
  });
});

describe('help', () => {
  it.each([[], ['--help'], ['-h'], ['help']].map((args) => [args]))('of everything for %j', async (args) => {
    const { stdout, exitCode } = await runMscli(args, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}breaker list +show the circuit breakers$/m);
  });

  it.each([['breaker'], ['breaker', '--help'], ['help', 'breaker']].map((args) => [args]))(
    'of a topic for %j',
    async (args) => {
      const { stdout, exitCode } = await runMscli(args, { cwd });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('$ mscli breaker COMMAND');
    },
  );

  it.each(
    [
      ['breaker', 'trip', '--help'],
      ['help', 'breaker', 'trip'],
      ['breaker', 'trip', 'gateway->a', '--for', '3s', '-h'],
    ].map((args) => [args]),
  )('of a command for %j', async (args) => {
    const { stdout, exitCode } = await runMscli(args, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ mscli breaker trip NAME');
    expect(stdout).toContain('EXAMPLES');
  });

  it('is for the command, not for what stands after --', async () => {
    const { exitCode, stderr } = await runMscli(['breaker', 'trip', '--', '--help'], { cwd });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('mscli.yaml');
  });

  it('can be copied: no example is broken into lines, and all else keeps within 80 columns', async () => {
    for (const file of (await readdir(join(root, 'dist/help'))).filter((name) => name.endsWith('.txt'))) {
      const text = await readFile(join(root, 'dist/help', file), 'utf8');
      expect(
        text.split('\n').filter((line) => line.endsWith(' \\') || (line.length > 80 && !line.includes('$ '))),
        file,
      ).toEqual([]);
    }
  });
});

describe('what it prints at once', () => {
  const bin = join(root, 'bin/mscli.js');

  it.each(['--version', '--help'])('%s says nothing about a reader that is gone', async (flag) => {
    const command = `{ "${process.execPath}" "${bin}" ${flag}; echo $? >&2; } | true`;
    const { stderr } = await execa('sh', ['-c', command]);
    expect(stderr).toBe('0');
  });

  it.skipIf(process.platform !== 'linux')('exits with 9 where it cannot be written', async () => {
    const { stderr, exitCode } = await execa('sh', ['-c', `"${process.execPath}" "${bin}" --help > /dev/full`], {
      reject: false,
    });
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(/^error: The output cannot be written: ENOSPC.*$/);
  });

  it.each([
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('is painted with %j: %j', async (env, painted) => {
    const { stdout } = await runMscli(['--help'], { cwd, env });
    expect(stdout.includes('\u001b[')).toBe(painted);
  });
});

describe('an unknown command', () => {
  it.each([
    [['breaker', 'lst'], '"breaker lst"', 'mscli breaker list'],
    [['breaker', 'trpi', 'gateway->a'], '"breaker trpi"', 'mscli breaker trip'],
    [['docter'], '"docter"', 'mscli doctor'],
    [['event', 'tail'], '"event tail"', 'mscli events tail'],
    [['xyzzy'], '"xyzzy"', 'mscli --help'],
    [['--frobnicate'], '"--frobnicate"', 'mscli --help'],
    [['../../../etc/passwd'], '"../../../etc/passwd"', 'mscli --help'],
    [['docter', '--help'], '"docter"', 'mscli doctor'],
  ])('%j is a usage error that names the nearest', async (args, name, hint) => {
    const { exitCode, stdout, stderr } = await runMscli(args, { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(name);
    expect(stderr).toContain(hint);
  });

  it('is told in JSON where asked to', async () => {
    const { stderr } = await runMscli(['breaker', 'lst', '--json'], { cwd });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'USAGE', hint: expect.stringContaining('breaker list') },
    });
  });
});

it('an unknown flag is a usage error', async () => {
  const { exitCode, stderr } = await runMscli(['breaker', 'list', '--frob'], { cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--frob');
});

it('says in one sentence that its folder is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-gone-'));
  const command = `cd "${folder}" && rmdir "${folder}" && "${process.execPath}" "${join(root, 'bin/mscli.js')}" ps`;
  const { stderr, exitCode } = await execa('sh', ['-c', command], { reject: false });
  expect({ stderr, exitCode }).toEqual({ stderr: 'error: The current folder is not there any more.', exitCode: 3 });
});

it('says in one sentence that it is not built yet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-unbuilt-'));
  await mkdir(join(folder, 'bin'));
  await cp(join(root, 'bin/mscli.js'), join(folder, 'bin/mscli.js'));
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  const { stderr, exitCode } = await execa(process.execPath, [join(folder, 'bin/mscli.js'), 'breaker', 'list'], {
    reject: false,
  });
  expect({ stderr, exitCode }).toEqual({
    stderr: 'error: mscli is not built yet; run `npm run build` in its folder',
    exitCode: 1,
  });
  await rm(folder, { recursive: true });
});
