import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('shows the table, and which route a path takes', async () => {
  await using workspace = await makeWorkspace();
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    draft.instances['order-service-1'] = {
      id: 'order-service-1',
      service: 'order-service',
      url: 'http://127.0.0.1:3001',
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'self',
    };
  });
  const run = (...args: string[]) => runMscli(['gateway', 'routes', ...args], { cwd: workspace.root });
  const list = await run();
  expect([list.exitCode, list.stderr]).toEqual([0, '']);
  expect(list.stdout).toMatch(/^\/orders +order-service +kept +order-service-1$/m);

  const match = await run('/orders//7?x=y', '--json');
  expect(JSON.parse(match.stdout)).toEqual({
    asked: '/orders//7?x=y',
    path: '/orders',
    service: 'order-service',
    stripPrefix: false,
    instances: [{ id: 'order-service-1', url: 'http://127.0.0.1:3001' }],
    passes: [],
    upstreamPath: '/orders//7?x=y',
    breaker: 'gateway->order-service',
  });
  expect((await run('/orders')).stdout).toContain('/orders takes the route /orders\n');

  const none = await run('/ordersx');
  expect([none.exitCode, none.stdout]).toEqual([4, '']);
  expect(none.stderr).toContain('No route takes /ordersx.');
  expect((await run('/orders/%2e%2e/x')).stderr).toContain('The gateway refuses /orders/%2e%2e/x with 400');
});
