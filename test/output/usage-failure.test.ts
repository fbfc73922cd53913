import { expect, it } from 'vitest';
import { makeWorkspace } from '../support/make-workspace.js';
import { runMscli } from '../support/run-mscli.js';

it.each([
  [['up', '--detatch'], 'error: Nonexistent flag: --detatch\n  Did you mean --detach?\n'],
  [['up', '--jsn'], 'error: Nonexistent flag: --jsn\n  Did you mean --json?\n'],
  [['up', '-x'], 'error: Nonexistent flag: -x\n  `mscli up --help` shows how it is used.\n'],
  [['saga', 'trace'], '  `mscli saga trace --help` shows how it is used.\n'],
])('%j', async (args, told) => {
  await using workspace = await makeWorkspace();
  const { exitCode, stderr } = await runMscli(args, { cwd: workspace.root });
  expect(exitCode).toBe(2);
  expect(stderr.endsWith(told)).toBe(true);
});
