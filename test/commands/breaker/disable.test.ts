import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('lets every call pass, and shows in the list', async () => {
  await using workspace = await makeWorkspace();
  const { root: cwd } = workspace;
  const disabled = await runMscli(['breaker', 'disable', '*->order-service', '--reason', 'load test', '-y'], { cwd });
  expect(disabled).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('until it is reset: load test') });
  const { stdout } = await runMscli(['breaker', 'list'], { cwd });
  expect(stdout).toMatch(/^\*->order-service {2}none yet .*disabled by/m);
});
