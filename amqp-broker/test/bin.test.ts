import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VERSION } from '../src/index.js';
import { bundleBin, startBin } from './support/bin.js';
import { RawClient } from './support/raw-client.js';
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

test('limits can be set', async () => {
  await using broker = await startBin(bin, ['--limit', 'channels=7', '--limit', 'frameBytes=8192']);
  const connection = await amqplib.connect(broker.url);
  const { channelMax, frameMax } = connection.connection as unknown as Record<string, number>;
  expect({ channelMax, frameMax }).toEqual({ channelMax: 7, frameMax: 8192 });
  await connection.close();
});

test.each([
  [['--port', 'many'], '"many" is not a port'],
  [['--management-port', '70000'], '"70000" is not a port'],
  [['--colour'], "Unknown option '--colour'"],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', '--host'], "Option '--port' argument is ambiguous"],
  [['serve'], "Unexpected argument 'serve'"],
  [['--limit', 'channels'], '"channels" is not a limit'],
  [['--limit', 'channels=-1'], '"channels=-1" is not a limit'],
  [['--limit', 'channels=70000'], 'The limit channels cannot be 70000'],
  [['--limit', 'constructor=1'], 'The limit constructor cannot be 1'],
])('%j is refused with 2 and a sentence', async (args, sentence) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
});

test('what keeps it from running is one sentence, and its code 1', async () => {
  await using broker = await startBin(bin, []);
  const taken = await run(['--port', new URL(broker.url).port]);
  expect(taken).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('the port is taken') });
  const open = await run(['--port', '0', '--host', '0.0.0.0']);
  expect(open).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('guest/guest') });
  const empty = await run(['--port', '0', '--password', '']);
  expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining('empty password') });
  for (const { stderr } of [taken, open, empty]) expect(stderr).not.toMatch(/^ +at /m);
});

test('a second signal ends it at once, though a client does not', async () => {
  await using broker = await startBin(bin, []);
  await using raw = await RawClient.open(broker.url);
  broker.child.kill('SIGTERM');
  await raw.next('connection.close');
  expect(await broker.end('SIGINT')).toBe(1);
});

test('nobody has to read its lines', async () => {
  const child = spawn(process.execPath, [bin, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.stdout.destroy();
  child.stderr.destroy();
  const { url } = JSON.parse(String(line)) as { url: string };
  const refused = url.replace(/:[^:@/]*@/, ':wrong@');
  for (let tries = 0; tries < 3; tries += 1) await expect(amqplib.connect(refused)).rejects.toThrow('403');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test("the help shows every option, and the version is the package's", async () => {
  const { stdout } = await run(['--help']);
  const options = ['port', 'host', 'data-dir', 'user', 'password', 'vhost', 'management-port', 'limit', 'version'];
  for (const option of options) expect(stdout).toContain(`--${option}`);
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});
