import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('shows what would run when nothing runs', async () => {
  await using it = await commandWorkspace();
  const { stdout, exitCode } = await it.mscli('ps');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('shop is not running');
  expect(stdout).toMatch(/^alpha-service +service +stopped +- +\d+ +- +0$/m);
});

it('shows state, pid, port and broker of what runs, also when mscli.yaml is broken by now', async () => {
  await using it = await upWorkspace();
  await writeFile(join(it.workspace.root, 'mscli.yaml'), 'name: [');
  const { stdout } = await it.mscli('ps');
  expect(stdout).toMatch(/^alpha-service +service +ready +\d+ +\d+ +\d.* +0$/m);
  expect(stdout).toMatch(/^broker +embedded at amqp:\/\/guest:\*\*\*@127\.0\.0\.1:\d+ \(set in mscli\.yaml\)$/m);
  await writeFile(join(it.workspace.root, 'mscli.yaml'), 'name: shop\n');
});
