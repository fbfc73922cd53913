import { expect, it } from 'vitest';
import { makeWorkspace } from '../support/make-workspace.js';
import { runMscli } from '../support/run-mscli.js';

it.each([
  [['up', '--detatch'], 'error: Nonexistent flag: --detatch\n  Did you mean --detach?\n'],
  [['up', '--jsn'], 'error: Nonexistent flag: --jsn\n  Did you mean --json?\n'],
  [['up', '-x'], 'error: Nonexistent flag: -x\n  `mscli up --help` shows how it is used.\n'],
  [['logs', '-n'], 'error: Flag --lines expects a value\n  `mscli logs --help` shows how it is used.\n'],
  [['gateway', '--port', '99999'], 'error: --port is "99999", but must be a whole number from 0 to 65535.\n'],
  [['gateway', '--port', 'abc'], 'error: --port is "abc", but must be a whole number from 0 to 65535.\n'],
  [['logs', '-n', '-5'], 'error: --lines is "-5", but must be a whole number from 0.\n'],
  [['wait', '--timeout', '5'], 'error: --timeout is "5", but must be a duration such as 500ms, 30s, 5m or 1h30m.\n'],
  [['saga', 'trace'], '  `mscli saga trace --help` shows how it is used.\n'],
])('%j', async (args, told) => {
  await using workspace = await makeWorkspace();
  const { exitCode, stderr } = await runMscli(args, { cwd: workspace.root });
  expect(exitCode).toBe(2);
  expect(stderr.slice(-told.length)).toBe(told);
});
