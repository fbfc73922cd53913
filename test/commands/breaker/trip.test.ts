import { userInfo } from 'node:os';
import { discoveryPath, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('writes who, why and for how long', async () => {
  await using workspace = await makeWorkspace();
  const args = [
    'breaker',
    'trip',
    'gateway->product-service',
    '--for',
    '30s',
    '--reason',
    'testing',
    '--json',
    '--yes',
  ];
  const { exitCode, stdout } = await runMscli(args, { cwd: workspace.root });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'gateway->product-service',
    override: { mode: 'open' },
    instances: [],
    blastRadius: { callers: [{ service: 'gateway', instances: 0 }], routes: [] },
  });
  const { overrides } = await readDiscovery(discoveryPath(workspace.stateUrl));
  const override = overrides['gateway->product-service'];
  expect(override).toMatchObject({ author: userInfo().username, reason: 'testing' });
  expect(Date.parse(override?.until ?? '') - Date.parse(override?.at ?? '')).toBe(30_000);
});

it('shows who will feel it, and without a terminal wants --yes', async () => {
  await using workspace = await makeWorkspace();
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    draft.reactions['order-service'] = { subscriptions: ['order.placed'], sagas: ['place-order'] };
    const report = { state: 'closed', since: new Date().toISOString(), failures: 0 } as const;
    draft.breakers['order-service-1'] = { 'order-service->product-service': report };
  });
  const result = await runMscli(['breaker', 'trip', '*->product-service'], { cwd: workspace.root });
  expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('Add --yes') });
  expect(result.stderr).toMatch(/callers +order-service \(0 instances\)/);
  expect(result.stderr).toMatch(/routes +\/orders \(through order-service\)/);
  expect(result.stderr).toMatch(/subscriptions +order-service\.order\.placed/);
  expect(result.stderr).toMatch(/sagas +place-order \(order-service\)/);
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).overrides).toEqual({});
});

it('given twice at once leaves one order, and both in the history', async () => {
  await using workspace = await makeWorkspace();
  const trip = (reason: string) =>
    runMscli(['breaker', 'trip', 'gateway->order-service', '--reason', reason, '--yes'], { cwd: workspace.root });
  const results = await Promise.all([trip('one'), trip('two')]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const { overrides } = await readDiscovery(discoveryPath(workspace.stateUrl));
  expect(Object.keys(overrides)).toEqual(['gateway->order-service']);
  const history = await runMscli(['breaker', 'history', '--json'], { cwd: workspace.root });
  const entries: { reason: string }[] = JSON.parse(history.stdout).entries;
  expect(entries.map(({ reason }) => reason).sort()).toEqual(['one', 'two']);
});

it.each([
  ['an unknown service', ['gateway->produkt-service'], 4, 'did you mean "product-service"?'],
  ['a name without its callee', ['gateway-'], 2, 'quote the name'],
  ['a duration without a unit', ['gateway->product-service', '--for', '30'], 2, 'such as 500ms, 30s'],
  ['a missing name', [], 2, 'Missing 1 required arg'],
])('refuses %s', async (_, args, exitCode, part) => {
  await using workspace = await makeWorkspace();
  const result = await runMscli(['breaker', 'trip', ...args, '--yes'], { cwd: workspace.root });
  expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(part) });
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).overrides).toEqual({});
});
