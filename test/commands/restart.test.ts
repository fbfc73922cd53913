import { expect, it, vi } from 'vitest';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('restarts what is named and nothing else, and returns when it is ready again', async () => {
  await using it = await upWorkspace();
  const pids = async () => new Map((await it.status()).processes.map(({ name, pid }) => [name, pid]));
  const before = await pids();
  expect(await it.mscli('restart', 'alpha-service')).toMatchObject({
    exitCode: 0,
    stdout: 'alpha-service is ready again.\n',
  });
  const after = await pids();
  expect(after.get('alpha-service')).not.toBe(before.get('alpha-service'));
  for (const name of ['broker', 'gateway', 'beta-service']) expect(after.get(name)).toBe(before.get(name));
  expect((await it.status()).processes.find(({ name }) => name === 'alpha-service')?.restarts).toBe(0);
  const unknown = await it.mscli('restart', 'alfa-service');
  expect([unknown.exitCode, unknown.stderr]).toEqual([4, expect.stringContaining('"alpha-service"')]);
});

it('fails when nothing runs', async () => {
  await using it = await commandWorkspace();
  const { exitCode, stderr } = await it.mscli('restart', 'alpha-service');
  expect(exitCode).toBe(6);
  expect(stderr).toContain('mscli up');
});
