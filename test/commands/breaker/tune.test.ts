import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

const line = (second: number, status: number, sample?: number) =>
  JSON.stringify({
    sample,
    time: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
    service: 'gateway',
    instance: 'gateway-1',
    level: 'info',
    msg: 'request',
    upstream: 'order-service',
    upstreamInstance: 'order-service-1',
    status,
    durationMs: 5,
  });

async function makeLog() {
  const workspace = await makeWorkspace();
  await mkdir(join(workspace.stateFolder, 'logs'), { recursive: true });
  const statuses = [200, 500, 500, 500, 500, 200];
  const lines = ['mscli: it crashed', ...statuses.map((status, second) => line(second, status)), '{"half":'];
  await writeFile(join(workspace.stateFolder, 'logs/gateway.log'), `${lines.join('\n')}\n`);
  return workspace;
}

it('compares present and tried settings on the calls in the workspace’s own log', async () => {
  await using workspace = await makeLog();
  const args = ['breaker', 'tune', 'gateway->order-service', '--threshold', '2', '--open', '10s'];
  const { stdout, exitCode } = await runMscli(args, { cwd: workspace.root });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('6 calls');
  expect(stdout).toContain('Left out: 2 lines');
  expect(stdout).toMatch(/opened +0 times +1 time$/m);
  expect(stdout).toMatch(/calls saved +0 +2$/m);
  expect(stdout).toMatch(/calls wrongly refused +0 +1$/m);
  const json = await runMscli([...args, '--json'], { cwd: workspace.root });
  expect(JSON.parse(json.stdout)).toMatchObject({
    calls: 6,
    failures: 4,
    unreadable: 2,
    present: { openings: [], failuresPassed: 4 },
    tried: { openings: [{ instance: 'gateway-1', reason: 'consecutive-failures' }], saved: 2, wronglyRefused: 1 },
  });
});

it('lets the calls of a sampled log stand for those that it has left out, and says so', async () => {
  await using workspace = await makeLog();
  const lines = Array.from({ length: 5 }, (_, n) => [line(n * 10, 200, 0.1), line(n * 10 + 1, 500)]).flat();
  await writeFile(join(workspace.root, 'sampled.log'), `${lines.join('\n')}\n`);
  const args = ['breaker', 'tune', 'gateway->order-service', '--failure-rate', '0.3', '--from', 'sampled.log'];
  const { stdout } = await runMscli([...args, '--minimum-calls', '5'], { cwd: workspace.root });
  expect(stdout).toContain('An estimate: the log has 10 calls, a sample down to 0.1');
  const json = await runMscli([...args, '--minimum-calls', '5', '--json'], { cwd: workspace.root });
  expect(JSON.parse(json.stdout)).toMatchObject({
    calls: 55,
    failures: 5,
    logged: 10,
    share: 0.1,
    tried: { openings: [] },
  });
  await writeFile(join(workspace.root, 'sampled.log'), line(0, 200, 0.001));
  const refused = await runMscli(args, { cwd: workspace.root });
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has only a share of 0.001') });
});

it.each([
  ['a log that is not there', ['gateway->order-service', '--from', 'nowhere.log'], 4, 'no access log at nowhere.log'],
  ['a log of another service', ['gateway->product-service'], 4, 'It has calls to order-service.'],
  ['a log that is none', ['gateway->order-service', '--from', 'mscli.yaml'], 4, 'none of which could be read'],
  ['a service’s own breaker', ['order-service->product-service'], 2, 'only the gateway keeps an access log'],
  ['all at once', ['gateway->*'], 2, 'cannot be tuned'],
  ['an unknown service', ['gateway->oder-service'], 4, 'did you mean "order-service"?'],
  ['a rate above 1', ['gateway->order-service', '--failure-rate', '50'], 2, '--failure-rate is "50"'],
  ['a threshold of none', ['gateway->order-service', '--threshold', '0'], 2, 'or off'],
])('refuses %s', async (_, args, exitCode, part) => {
  await using workspace = await makeLog();
  const result = await runMscli(['breaker', 'tune', ...args], { cwd: workspace.root });
  expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(part) });
});
