import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../support/make-workspace.js';
import { runMscli } from '../support/run-mscli.js';

it('finds what is wrong with the broker, and exits with 1', async () => {
  await using workspace = await makeWorkspace({ broker: 'amqp://127.0.0.1:1' });
  const { exitCode, stdout } = await runMscli(['doctor'], { cwd: workspace.root });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^ok {4}node /m);
  expect(stdout).toMatch(/^fail {2}broker .*127\.0\.0\.1:1 does not answer/m);
  expect(stdout).toMatch(/to put right/);
});

it('shows every fault of mscli.yaml', async () => {
  await using workspace = await makeWorkspace();
  await writeFile(join(workspace.root, 'mscli.yaml'), 'name: Shop!\ngatway: {}\n');
  const { exitCode, stdout } = await runMscli(['doctor', '--json'], { cwd: workspace.root });
  expect(exitCode).toBe(1);
  const { ok, findings } = JSON.parse(stdout);
  expect(ok).toBe(false);
  expect(JSON.stringify(findings.find(({ check }: { check: string }) => check === 'workspace'))).toMatch(
    /gatway.*gateway/,
  );
});

it('looks at the machine outside a workspace', async () => {
  const { exitCode, stdout } = await runMscli(['doctor'], { cwd: '/' });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^warn {2}workspace/m);
});
