import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { commandWorkspace } from '../supervisor/up-workspace.js';
import { startMscli } from '../support/run-mscli.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('waits for a start that is under way, and fails with 8 when it takes too long', async () => {
  await using it = await commandWorkspace({ env: { NOT_READY_FILE: 'not-ready' } });
  const flag = join(it.workspace.root, 'not-ready');
  await writeFile(flag, '');
  const up = await startMscli(['up'], { cwd: it.workspace.root });
  const late = await it.mscli('wait', 'beta-service', 'alpha-service', '--timeout', '2s');
  expect(late.exitCode).toBe(8);
  expect(late.stderr).toMatch(/Not ready after 2 s: alpha-service is \w+/);
  await rm(flag);
  expect(await it.mscli('wait', 'alpha-service', '--timeout', '30s')).toMatchObject({
    exitCode: 0,
    stdout: 'alpha-service is ready.\n',
  });
  const all = await it.mscli('wait', '--timeout', '30s');
  const names = ['broker', 'gateway', 'alpha-service', 'beta-service'];
  expect([all.exitCode, all.stdout]).toEqual([0, names.map((name) => `${name} is ready.\n`).join('')]);
  up.kill('SIGTERM');
  await once(up, 'exit');
});

it('refuses names that nothing has', async () => {
  await using it = await commandWorkspace();
  const up = await startMscli(['up'], { cwd: it.workspace.root });
  const { exitCode, stderr } = await it.mscli('wait', 'gatway');
  up.kill('SIGTERM');
  await once(up, 'exit');
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('did you mean "gateway"?')]);
});
