import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { testBroker } from '@mscli/amqp-broker';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli, startMscli } from '../../support/run-mscli.js';

it('streams events as JSON lines until Ctrl-C, and exits 0', async () => {
  const broker = await testBroker();
  await using workspace = await makeWorkspace({ broker: broker.url });
  const tail = await startMscli(['events', 'tail', 'order.#', '--json'], { cwd: workspace.root });
  await listening(tail.stderr);
  await publish(workspace.root, 'user.registered');
  await publish(workspace.root, 'order.noted');
  const [line] = await once(createInterface({ input: tail.stdout }), 'line');
  expect(JSON.parse(line)).toMatchObject({ key: 'order.noted', source: 'mscli', data: { id: 1 } });
  tail.kill('SIGINT');
  expect(await once(tail, 'close')).toEqual([0, null]);
  await broker.stop();
});

it('ends after --count events', async () => {
  const broker = await testBroker();
  await using workspace = await makeWorkspace({ broker: broker.url });
  const tail = await startMscli(['events', 'tail', '--count', '2'], { cwd: workspace.root });
  const stdout = text(tail.stdout);
  const closed = once(tail, 'close');
  await listening(tail.stderr);
  for (const key of ['order.noted', 'order.placed', 'order.shipped']) await publish(workspace.root, key);
  expect(await closed).toEqual([0, null]);
  expect((await stdout).trimEnd().split('\n')).toHaveLength(2);
  await broker.stop();
});

it('ends without an error when its reader has gone', async () => {
  const broker = await testBroker();
  await using workspace = await makeWorkspace({ broker: broker.url });
  const tail = await startMscli(['events', 'tail'], { cwd: workspace.root });
  let stderr = '';
  tail.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await expect.poll(() => stderr, { timeout: 10_000 }).toContain('watching');
  const closed = once(tail, 'close');
  tail.stdout.destroy();
  await expect
    .poll(
      async () => {
        if (tail.exitCode === null) await publish(workspace.root, 'order.noted');
        return tail.exitCode;
      },
      { timeout: 12_000 },
    )
    .toBe(0);
  await closed;
  expect(stderr).not.toMatch(/error|EPIPE/i);
  await broker.stop();
});

it('points to `mscli up` where no broker was ever chosen', async () => {
  await using workspace = await makeWorkspace();
  const { exitCode, stderr } = await runMscli(['events', 'tail'], { cwd: workspace.root });
  expect(exitCode).toBe(6);
  expect(stderr).toContain('mscli up');
});

async function listening(stderr: NodeJS.ReadableStream): Promise<void> {
  for await (const [line] of lines(stderr)) if (String(line).startsWith('watching')) return;
}

async function* lines(stream: NodeJS.ReadableStream) {
  const reader = createInterface({ input: stream });
  while (true) yield await once(reader, 'line');
}

async function publish(cwd: string, key: string): Promise<void> {
  expect(await runMscli(['events', 'publish', key, '{"id":1}'], { cwd })).toMatchObject({ exitCode: 0 });
}
