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

it('lists the latest first, with nothing running, and ids that `saga trace` takes', async () => {
  const { stdout, exitCode } = await mscli('saga', 'list');
  expect(exitCode).toBe(0);
  const [, first, second] = stdout.split('\n');
  expect(first).toMatch(/^\S+2 {2}place-order {2}order-service {2}compensated .* out of stock$/);
  expect(second).toMatch(/^\S+1 {2}place-order {2}order-service {2}completed {4}3\/3 /);
  expect((await mscli('saga', 'trace', first?.split(' ')[0] ?? '')).stdout).toContain(undone);
});

it.each([
  [['--state', 'completed'], [done]],
  [['--service', 'order-service', '--limit', '1'], [undone]],
  [['--service', 'user-service'], []],
  [['--name', 'place-order', '--state', 'stuck'], []],
])('filters by %j', async (flags, ids) => {
  const { stdout } = await mscli('saga', 'list', '--json', ...flags);
  expect(JSON.parse(stdout).sagas.map(({ id }: { id: string }) => id)).toEqual(ids);
});

it('refuses a state that no saga has', async () => {
  const { exitCode, stderr } = await mscli('saga', 'list', '--state', 'finished');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('compensated');
});
