import { userInfo } from 'node:os';
import { discoveryPath, readDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('writes who, why and for how long', async () => {
  await using workspace = await makeWorkspace();
  const args = ['breaker', 'trip', 'gateway->product-service', '--for', '30s', '--reason', 'testing', '--json'];
  const { exitCode, stdout } = await runMscli(args, { cwd: workspace.root });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'gateway->product-service',
    override: { mode: 'open' },
    instances: [],
  });
  const { overrides } = await readDiscovery(discoveryPath(workspace.stateUrl));
  const override = overrides['gateway->product-service'];
  expect(override).toMatchObject({ author: userInfo().username, reason: 'testing' });
  expect(Date.parse(override?.until ?? '') - Date.parse(override?.at ?? '')).toBe(30_000);
});

it.each([
  ['an unknown service', ['gateway->produkt-service'], 4, 'did you mean "product-service"?'],
  ['a name without its callee', ['gateway-'], 2, 'quote the name'],
  ['a duration without a unit', ['gateway->product-service', '--for', '30'], 2, 'such as 500ms, 30s'],
  ['a missing name', [], 2, 'Missing 1 required arg'],
])('refuses %s', async (_, args, exitCode, part) => {
  await using workspace = await makeWorkspace();
  const result = await runMscli(['breaker', 'trip', ...args], { cwd: workspace.root });
  expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(part) });
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).overrides).toEqual({});
});
