import { discoveryPath, readDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('ends an override', async () => {
  await using workspace = await makeWorkspace();
  const { root: cwd } = workspace;
  await runMscli(['breaker', 'disable', 'gateway->order-service', '--yes'], { cwd });
  const { stdout, exitCode } = await runMscli(['breaker', 'reset', 'gateway->order-service'], { cwd });
  expect({ stdout, exitCode }).toEqual({
    stdout: 'gateway->order-service is reset\nNo instance of gateway runs.\n',
    exitCode: 0,
  });
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).overrides).toEqual({});
});

it('ends all that a * covers, and no others', async () => {
  await using workspace = await makeWorkspace();
  const { root: cwd } = workspace;
  const names = ['gateway->order-service', '*->order-service', 'gateway->product-service'];
  for (const name of names) await runMscli(['breaker', 'trip', name, '--yes'], { cwd });
  const { stdout } = await runMscli(['breaker', 'reset', '*->order-service'], { cwd });
  expect(stdout).toContain('*->order-service, gateway->order-service are reset');
  const { overrides } = await readDiscovery(discoveryPath(workspace.stateUrl));
  expect(Object.keys(overrides)).toEqual(['gateway->product-service']);
});

it('says when there was none', async () => {
  await using workspace = await makeWorkspace();
  const { stdout } = await runMscli(['breaker', 'reset', 'gateway->order-service'], { cwd: workspace.root });
  expect(stdout).toContain('had no override');
});
