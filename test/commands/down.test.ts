import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '@mscli/runtime/discovery';
import { expect, it, vi } from 'vitest';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('stops everything and keeps the messages of the broker', async () => {
  await using it = await upWorkspace();
  const { supervisor, processes } = await it.status();
  const { exitCode, stdout } = await it.mscli('down', '--json');
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, { stopped: true, pid: supervisor?.pid, removed: [] }]);
  expect(processes.filter(({ pid }) => isAlive(pid ?? 0))).toEqual([]);
  expect(existsSync(join(it.workspace.stateFolder, 'broker'))).toBe(true);
});

it('removes what the broker has kept with --volumes, and nothing else', async () => {
  await using it = await upWorkspace();
  const { stdout } = await it.mscli('down', '--volumes');
  expect(stdout).toContain("Removed the embedded broker's messages");
  expect(existsSync(join(it.workspace.stateFolder, 'broker'))).toBe(false);
  expect(existsSync(join(it.workspace.stateFolder, 'broker.json'))).toBe(false);
  expect(existsSync(join(it.workspace.stateFolder, 'logs'))).toBe(true);
});

it('says so when nothing runs, and succeeds', async () => {
  await using it = await commandWorkspace();
  expect(await it.mscli('down')).toMatchObject({ exitCode: 0, stdout: 'Nothing was running.\n' });
});
