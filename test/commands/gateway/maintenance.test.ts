import { discoveryPath, readDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('puts a notice up on a route and takes it off, with nothing running', async () => {
  await using workspace = await makeWorkspace();
  const run = (...args: string[]) => runMscli(['gateway', ...args], { cwd: workspace.root });
  const on = await run('maintenance', 'on', '/orders/', '--message', 'Back at noon.', '--json');
  expect([on.exitCode, on.stderr]).toEqual([0, '']);
  const notice = { author: expect.any(String), at: expect.any(String), message: 'Back at noon.' };
  expect(JSON.parse(on.stdout)).toEqual({ path: '/orders', on: true, notice, configured: false });
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).maintenance).toEqual({ '/orders': notice });
  const routes = await run('routes', '/orders/7');
  expect(routes.stdout).toMatch(/maintenance +on true, message Back at noon\./);
  expect(routes.stdout).toMatch(/notice +\S+ put it under maintenance at 2/);
  expect((await run('maintenance')).stdout).toMatch(/\/orders +\S+ +2\S+ \S+ +Back at noon\./);

  const off = await run('maintenance', 'off', '/orders');
  expect([off.exitCode, off.stdout]).toEqual([0, '/orders is served again\n']);
  expect((await readDiscovery(discoveryPath(workspace.stateUrl))).maintenance).toEqual({});

  expect((await run('maintenance', 'off', '/orders')).stdout).toBe('there was no notice on /orders: it is served\n');
  expect((await run('maintenance')).stdout).toBe('No route is under maintenance by an operator.\n');

  const none = await run('maintenance', 'on', '/ordersx');
  expect([none.exitCode, none.stdout]).toEqual([4, '']);
  expect(none.stderr).toContain('There is no route /ordersx.');
  expect((await run('maintenance', 'maybe', '/orders')).exitCode).toBe(2);
  const unnamed = await run('maintenance', 'on');
  expect([unnamed.exitCode, unnamed.stderr]).toEqual([2, expect.stringContaining('none is named')]);
});
