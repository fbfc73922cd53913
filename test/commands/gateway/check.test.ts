import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

it('says what is wrong with its place, exits with 3, and with 0 when the gateway can start', async () => {
  await using workspace = await makeWorkspace();
  const file = join(workspace.root, 'mscli.yaml');
  const run = (...args: string[]) => runMscli(['gateway', 'check', ...args], { cwd: workspace.root });
  const fine = await run();
  expect([fine.exitCode, fine.stdout]).toEqual([0, `ok ${file}: one route can be served\n`]);

  const original = await readFile(file, 'utf8');
  const withRoute = (lines: string) => original.replace('      service: order-service\n', (line) => line + lines);
  await writeFile(file, withRoute('      balance: two-choices\n'));
  const warned = await run('--json');
  expect(warned.exitCode).toBe(0);
  expect(JSON.parse(warned.stdout)).toEqual({
    ok: true,
    file,
    routes: 1,
    faults: [],
    warnings: [
      {
        line: 8,
        column: 16,
        path: 'gateway.routes.0.balance',
        route: '/orders',
        message: 'has nothing to choose from: order-service has one instance',
      },
    ],
  });

  const { stdout } = await run();
  const what = 'the route /orders: balance has nothing to choose from: order-service has one instance';
  expect(stdout.split('\n')[0]).toBe(`warning ${file}:8:16 ${what}`);

  await writeFile(
    file,
    withRoute('      rateLimit: { requests: 5, per: 1 }\n      canary: { service: next, percent: 5 }\n'),
  );
  const wrong = await run();
  expect([wrong.exitCode, wrong.stderr]).toEqual([3, '']);
  expect(wrong.stdout).toBe(
    `fault ${file}:8:38 the route /orders: rateLimit.per must be a duration such as 500ms, 30s or 5m, not 1\n` +
      `fault ${file}:9:26 the route /orders: canary.service names the unknown service "next"; there is order-service, product-service\n`,
  );
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ ok: false, faults: [{ line: 8 }, { line: 9 }] });
});
