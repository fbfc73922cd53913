import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleBin, startBin } from './support/bin.js';
import { temporaryFolder } from './support/temporary-folder.js';

let bin: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  bin = await bundleBin(folder.path);
});

afterAll(() => folder[Symbol.asyncDispose]());

/** Runs the bin to its end. */
async function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

test.each(['SIGTERM', 'SIGINT'] as const)('it serves until %s and ends with 0', async (signal) => {
  await using broker = await startBin(bin, ['--user', 'app', '--password', 'a secret']);
  expect(broker.url).toMatch(/^amqp:\/\/app:a%20secret@127\.0\.0\.1:\d+$/);
  const connection = await amqplib.connect(broker.url);
  connection.on('error', () => {});
  expect(await broker.end(signal)).toBe(0);
});

test('a second start on the same data names the process that has it', async () => {
  const args = ['--data-dir', join(folder.path, 'data')];
  await using broker = await startBin(bin, args);
  const second = await run(['--port', '0', ...args]);
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toContain(`process ${broker.child.pid}`);
});

test('virtual hosts and the management API can be asked for', async () => {
  await using broker = await startBin(bin, ['--vhost', 'one', '--vhost', 'two', '--management-port', '0']);
  const headers = { authorization: `Basic ${btoa('guest:guest')}` };
  const response = await fetch(`http://127.0.0.1:${broker.managementPort}/api/vhosts?columns=name`, { headers });
  expect(await response.json()).toEqual([{ name: '/' }, { name: 'one' }, { name: 'two' }]);
});

test('a wrong port is named, and the help shows every option', async () => {
  expect(await run(['--port', 'many'])).toMatchObject({ code: 1, stderr: expect.stringContaining('"many"') });
  expect(await run(['--management-port', '70000'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('70000'),
  });
  const { stdout } = await run(['--help']);
  const options = ['--port', '--host', '--data-dir', '--user', '--password', '--vhost', '--management-port'];
  for (const option of options) expect(stdout).toContain(option);
});
