import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('lists what the instances have reported, with nothing running', async () => {
  await using workspace = await makeWorkspace();
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    const report = { state: 'open', since: new Date().toISOString(), failures: 5 } as const;
    draft.breakers['gateway-1'] = { 'gateway->order-service': report };
  });
  const text = await runMscli(['breaker', 'list'], { cwd: `${workspace.root}/services/order-service` });
  expect(text).toMatchObject({ exitCode: 0, stderr: '' });
  expect(text.stdout).toMatch(/^gateway->order-service {2}gateway-1 {2}open /m);
  const json = await runMscli(['breaker', 'list', '--json'], { cwd: workspace.root });
  expect(JSON.parse(json.stdout)).toMatchObject({
    breakers: [{ name: 'gateway->order-service', instances: [{ id: 'gateway-1', state: 'open', failures: 5 }] }],
  });
});

it('fails outside a workspace', async () => {
  const { exitCode, stdout, stderr } = await runMscli(['breaker', 'list'], { cwd: '/' });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toContain('mscli new workspace');
});
