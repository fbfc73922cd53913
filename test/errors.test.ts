import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodeOf, MscliError } from '../src/errors.js';
import { makeWorkspace } from './support/make-workspace.js';
import { runMscli } from './support/run-mscli.js';

it.each([
  ['DISCOVERY_VERSION', 3],
  ['STATE_UNREADABLE', 3],
  ['SAGA_AMBIGUOUS', 4],
  ['DISCOVERY_WRITE', 9],
  ['LOCK_FAILED', 9],
  ['WHATEVER', 1],
])('%s of the runtime exits with %i', (code, exit) => {
  expect(exitCodeOf(new MscliError(code, 'text'))).toBe(exit);
});

it('exits with 3 where the discovery file cannot be read', async () => {
  await using workspace = await makeWorkspace();
  await mkdir(join(workspace.stateFolder, 'discovery.json'));
  const { exitCode, stderr } = await runMscli(['breaker', 'list'], { cwd: workspace.root });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: expect.stringContaining('discovery.json cannot be read'),
  });
});
