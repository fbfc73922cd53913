import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';

const PYTHON = '/usr/bin/python3';
const PIKA_JOB = fileURLToPath(new URL('pika_job.py', import.meta.url));

/** A test's title says why it is skipped. */
function titled(title: string, missing: string | undefined): string {
  return missing === undefined ? title : `${title} (skipped: ${missing})`;
}

const pikaMissing =
  spawnSync(PYTHON, ['-c', 'import pika']).status === 0
    ? undefined
    : 'pika is not installed (Debian: apt-get install python3-pika)';
const toolsMissing = existsSync('/usr/bin/amqp-publish')
  ? undefined
  : 'amqp-tools is not installed (Debian: apt-get install amqp-tools)';

describe.skipIf(pikaMissing !== undefined)(titled('pika', pikaMissing), () => {
  test('does a job', { timeout: 60_000 }, async () => {
    await using broker = await testBroker();
    const { stdout } = await execa(PYTHON, [PIKA_JOB, broker.url]);
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    expect(JSON.parse(stdout)).toEqual({
      unroutable: [312, 'lost'],
      done: numbers.filter((number) => number % 10 !== 3),
      dead: numbers.filter((number) => number % 10 === 3),
      redeclared: 406,
      left: 0,
      again: 0,
      'wrong password': 'refused',
    });
  });
});

describe.skipIf(toolsMissing !== undefined)(titled('amqp-tools', toolsMissing), () => {
  test('declare, publish, get, consume, delete, and are told what is missing', { timeout: 60_000 }, async () => {
    await using broker = await testBroker();
    const tool = (name: string, ...args: string[]) => execa(`/usr/bin/amqp-${name}`, ['--url', broker.url, ...args]);
    expect((await tool('declare-queue', '-q', 'tools', '-d')).stdout).toBe('tools');
    for (const body of ['one', 'two', 'three']) await tool('publish', '-r', 'tools', '-p', '-b', body);
    expect((await tool('get', '-q', 'tools')).stdout).toBe('one');
    expect((await tool('consume', '-q', 'tools', '-c', '2', 'cat')).stdout).toBe('twothree');
    const empty = await execa('/usr/bin/amqp-get', ['--url', broker.url, '-q', 'tools'], { reject: false });
    expect(empty.exitCode).toBe(2);
    const missing = await execa('/usr/bin/amqp-get', ['--url', broker.url, '-q', 'missing'], { reject: false });
    expect(missing.stderr).toContain('404');
    expect((await tool('delete-queue', '-q', 'tools')).stdout).toBe('0');
  });
});
