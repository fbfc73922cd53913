import { testBroker } from '@mscli/amqp-broker';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('publishes standard input, and says that no queue took it', async () => {
  const broker = await testBroker();
  await using workspace = await makeWorkspace({ broker: broker.url });
  const published = await runMscli(['events', 'publish', 'order.noted', '-', '--json'], {
    cwd: workspace.root,
    input: '{"id":1}',
  });
  expect(published.exitCode).toBe(0);
  expect(JSON.parse(published.stdout)).toMatchObject({ key: 'order.noted', routed: false, trace: expect.any(String) });
  await broker.stop();
});

it.each([
  [['order.noted', '{id:1}'], 3, 'not JSON'],
  [['order', '{}'], 3, '"order"'],
  [['order.noted'], 2, 'Missing 1 required arg'],
])('refuses %j', async (args, exitCode, part) => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const result = await runMscli(['events', 'publish', ...args], { cwd: workspace.root });
  expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(part) });
});

it('is clear about a broker that does not answer', async () => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const result = await runMscli(['events', 'publish', 'order.noted', '{}', '--json'], { cwd: workspace.root });
  expect(result.exitCode).toBe(6);
  expect(JSON.parse(result.stderr)).toMatchObject({ error: { code: 'BROKER_UNAVAILABLE' } });
});
