import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../support/make-workspace.js';
import { startMscli } from '../support/run-mscli.js';

/** A command that waits for its standard input. */
async function waiting(...flags: string[]) {
  const workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const child = await startMscli(['events', 'publish', 'order.noted', '-', ...flags], { cwd: workspace.root });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const closed = once(child, 'close');
  // A long value is read in pieces: once the pipe is drained, the command reads, so it has its signal handlers.
  child.stdin.write(' '.repeat(1 << 20));
  await once(child.stdin, 'drain');
  return { workspace, child, stdout, stderr, closed };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is interrupted by %s, and exits with 130', async (signal) => {
  const { workspace, child, stdout, stderr, closed } = await waiting();
  child.kill(signal);
  expect(await closed).toEqual([130, null]);
  expect(await stdout).toBe('');
  expect(await stderr).toBe(`error: stopped by ${signal}\n`);
  await workspace[Symbol.asyncDispose]();
});

it('tells it in JSON where asked to', async () => {
  const { workspace, child, stderr, closed } = await waiting('--json');
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  expect(JSON.parse(await stderr)).toEqual({ error: { code: 'INTERRUPTED', message: 'stopped by SIGINT' } });
  await workspace[Symbol.asyncDispose]();
});
