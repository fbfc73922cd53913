import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';
import { eventually } from '../support/eventually.js';
import { startMscli } from '../support/run-mscli.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('shows what was said, also when nothing runs any more', async () => {
  await using it = await upWorkspace();
  await it.mscli('down');
  const one = await it.mscli('logs', 'alpha-service');
  expect(one.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}listening port=\d+\n/);
  const two = await it.mscli('logs', 'alpha-service', 'beta-service', '-n', '1');
  expect(two.stdout.split('\n').sort().join('\n')).toMatch(/^\nalpha-service │ .*\nbeta-service {2}│ .*$/);
  const all = await it.mscli('logs');
  expect(all.stdout).toContain('gateway       │ ');
  expect(all.stdout).not.toContain('broker');
  const json = await it.mscli('logs', 'alpha-service', '--json', '-n', '1');
  expect(JSON.parse(json.stdout)).toMatchObject({
    process: 'alpha-service',
    line: expect.stringContaining('listening'),
  });
});

it('follows until it is interrupted, over a restart', async () => {
  await using it = await upWorkspace();
  const child = await startMscli(['logs', 'alpha-service', '-f', '-n', '0'], { cwd: it.workspace.root });
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  await eventually(async () => {
    await it.mscli('restart', 'alpha-service');
    return out.includes('listening');
  });
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

it('hints at the nearest name', async () => {
  await using it = await commandWorkspace();
  const { exitCode, stderr } = await it.mscli('logs', 'alpha-servce');
  expect(exitCode).toBe(4);
  expect(stderr).toContain('did you mean "alpha-service"?');
});
