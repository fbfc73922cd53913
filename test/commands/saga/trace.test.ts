import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';
import { runSagas } from '../../support/run-sagas.js';

const done = '11111111-0000-4000-8000-000000000001';
const undone = '11111111-0000-4000-8000-000000000002';
let workspace: Awaited<ReturnType<typeof makeWorkspace>>;
const mscli = (...args: string[]) => runMscli(args, { cwd: workspace.root });

beforeAll(async () => {
  workspace = await makeWorkspace();
  await runSagas(workspace.stateUrl, { [done]: { stock: 1 }, [undone]: { stock: 0 } });
});

afterAll(() => workspace[Symbol.asyncDispose]());

it('draws what was done and undone', async () => {
  const { stdout, exitCode } = await mscli('saga', 'trace', undone);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^because out of stock$/m);
  expect(stdout).toMatch(/^↩ create-order +compensatable +compensated/m);
  expect(stdout).toMatch(/^✗ debit-wallet +pivot +failed/m);
  expect(stdout).toMatch(/^○ confirm-order +retriable +pending$/m);
  expect(stdout).toContain(`${undone}:create-order:do|undo`);
  expect(stdout).toMatch(/^Nothing to do/m);
});

it('gives all of it as JSON', async () => {
  const { stdout } = await mscli('saga', 'trace', done, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    id: done,
    state: 'completed',
    steps: [{ name: 'create-order' }, {}, {}],
  });
});

it('asks for more of an id that several sagas have', async () => {
  const { exitCode, stderr } = await mscli('saga', 'trace', '1111');
  expect(exitCode).toBe(4);
  expect(stderr).toContain(done);
});

it('points to the list where there is none', async () => {
  const { exitCode, stderr } = await mscli('saga', 'trace', '9999');
  expect(exitCode).toBe(4);
  expect(stderr).toContain('mscli saga list');
});
