import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendHistory, historyPath } from '@mscli/runtime/breaker';
import { discoveryPath } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('shows transitions and orders, the latest last, with nothing running', async () => {
  await using workspace = await makeWorkspace();
  const { root: cwd } = workspace;
  const path = historyPath(discoveryPath(workspace.stateUrl));
  const at = '2026-01-01T10:00:00.000Z';
  const from = { kind: 'transition', at, instance: 'gateway-1', from: 'closed', to: 'open' } as const;
  await appendHistory(path, [
    { ...from, breaker: 'gateway->order-service', reason: 'failure-rate' },
    { ...from, breaker: 'gateway->product-service', reason: 'consecutive-failures' },
  ]);
  await appendFile(path, 'garbage\n');
  await runMscli(['breaker', 'trip', '*->order-service', '--for', '30s', '--reason', 'testing', '--yes'], { cwd });
  const all = await runMscli(['breaker', 'history'], { cwd });
  expect(all.stderr).toContain('lines: 1');
  const lines = all.stdout.trim().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/gateway->order-service {4}gateway-1 +closed -> open +failure-rate/);
  expect(lines[3]).toMatch(/\*->order-service +\S+ +trip for 30 s +testing$/);
  const one = await runMscli(['breaker', 'history', 'gateway->order-service', '--json', '--limit', '1'], { cwd });
  expect(JSON.parse(one.stdout)).toMatchObject({
    entries: [{ kind: 'command', breaker: '*->order-service' }],
    older: 1,
    unreadable: 1,
  });
  expect(join(workspace.stateFolder, 'breaker-history.ndjson')).toBe(path);
});

it('says when there is none, and knows no unknown name', async () => {
  await using workspace = await makeWorkspace();
  const none = await runMscli(['breaker', 'history'], { cwd: workspace.root });
  expect(none).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Nothing has happened/) });
  const unknown = await runMscli(['breaker', 'history', 'gateway->oder-service'], { cwd: workspace.root });
  expect(unknown).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('did you mean "order-service"?') });
});
