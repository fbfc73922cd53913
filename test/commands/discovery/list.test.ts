import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('lists instances, those whose process is gone too, and routes', async () => {
  await using workspace = await makeWorkspace();
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    for (const [id, pid] of Object.entries({ 'order-service-2': process.pid, 'order-service-10': 2 ** 22 + 1 })) {
      draft.instances[id] = {
        id,
        service: 'order-service',
        url: 'http://127.0.0.1:3001',
        pid,
        status: 'ready',
        startedAt: new Date().toISOString(),
        registeredBy: 'supervisor',
      };
    }
    draft.routes = [{ path: '/orders', service: 'order-service', stripPrefix: true }];
  });
  const { stdout, exitCode } = await runMscli(['discovery', 'list'], { cwd: workspace.root });
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^order-service-2 .* ready /),
    expect.stringMatching(/^order-service-10 .* gone /),
  ]);
  expect(stdout).toMatch(/^\/orders +order-service +prefix stripped$/m);
  const json = await runMscli(['discovery', 'list', '--json'], { cwd: workspace.root });
  expect(JSON.parse(json.stdout)).toMatchObject({ instances: [{ alive: true }, { alive: false }], routes: [{}] });
});

it('moves a damaged file aside, says so, and goes on', async () => {
  await using workspace = await makeWorkspace();
  const { writeFile, readdir } = await import('node:fs/promises');
  await writeFile(discoveryPath(workspace.stateUrl), '{"version":1,');
  const { stdout, stderr, exitCode } = await runMscli(['discovery', 'list'], { cwd: workspace.root });
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing is registered') });
  expect(stderr).toContain('is damaged');
  expect(await readdir(workspace.stateFolder)).toContainEqual(expect.stringMatching(/^discovery\.json\.corrupt-/));
});
