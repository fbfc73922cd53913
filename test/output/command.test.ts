import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../support/make-workspace.js';
import { runMscli, startMscli } from '../support/run-mscli.js';

interface Waiting {
  flags?: string[];
  env?: Record<string, string>;
}

/** A command that waits for its standard input. */
async function waiting({ root }: { root: string }, { flags = [], env = {} }: Waiting = {}) {
  const child = await startMscli(['events', 'publish', 'order.noted', '-', ...flags], { cwd: root, env });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const closed = once(child, 'close');
  // A long value is read in pieces: once the pipe is drained, the command reads, so it has its signal handlers.
  child.stdin.write(' '.repeat(1 << 20));
  await once(child.stdin, 'drain');
  return { child, stdout, stderr, closed };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is interrupted by %s, and exits with 130', async (signal) => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const { child, stdout, stderr, closed } = await waiting(workspace);
  child.kill(signal);
  expect(await closed).toEqual([130, null]);
  expect(await stdout).toBe('');
  expect(await stderr).toBe(`error: stopped by ${signal}\n`);
});

it('takes nothing on standard input for an argument that was left out', async () => {
  await using workspace = await makeWorkspace();
  const options = { cwd: workspace.root, input: 'nowhere\n' };
  expect(await runMscli(['gateway', 'routes'], options)).toMatchObject({ exitCode: 0 });
  const trace = await runMscli(['saga', 'trace'], options);
  expect(trace).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Missing 1 required arg') });
});

it('tells it in JSON where asked to', async () => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const { child, stderr, closed } = await waiting(workspace, { flags: ['--json'] });
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  expect(JSON.parse(await stderr)).toEqual({ error: { code: 'INTERRUPTED', message: 'stopped by SIGINT' } });
});

it('tells a fault that comes from nowhere in one line, not as a page of the bundle', async () => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const fault = encodeURIComponent('process.on("SIGUSR2", () => { throw new Error("out of the blue") })');
  const { child, stderr, closed } = await waiting(workspace, {
    env: { NODE_OPTIONS: `--import data:text/javascript,${fault}` },
  });
  child.kill('SIGUSR2');
  expect(await closed).toEqual([1, null]);
  expect(await stderr).toMatch(/^error: out of the blue\n.*MSCLI_DEBUG.*\n$/);
});

it.skipIf(process.platform !== 'linux')('exits with 9 where its output cannot be written', async () => {
  await using workspace = await makeWorkspace();
  const full = await open('/dev/full', 'w');
  const child = await startMscli(['ps'], { cwd: workspace.root, stdout: full.fd });
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  await full.close();
  expect(exitCode).toBe(9);
  expect(stderr).toMatch(/^error: The output cannot be written\.\n {2}because: ENOSPC.*\n$/);
});
