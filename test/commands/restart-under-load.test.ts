import { expect, it } from 'vitest';
import { busyClients } from '../gateway/load/busy-clients.js';
import { serviceFixture, tempWorkspace } from '../supervisor/temp-workspace.js';
import { freePorts } from '../support/free-ports.js';
import { runMscli } from '../support/run-mscli.js';

it('loses no request of a service that ends as soon as it is told to', { timeout: 60_000 }, async () => {
  const [gateway = 0, alpha] = await freePorts(2);
  const command = `'"${process.execPath}" "${serviceFixture}"'`;
  await using workspace = await tempWorkspace(`name: shop
broker: embedded
gateway: { port: ${gateway}, routes: [{ path: /, service: alpha-service }] }
services:
  alpha-service: { command: ${command}, port: ${alpha} }
`);
  const mscli = (...args: string[]) => runMscli(args, { cwd: workspace.root });
  try {
    expect(await mscli('up', '--detach')).toMatchObject({ exitCode: 0 });
    const loads = ['GET', 'POST'].map((method) => busyClients(gateway, { connections: 4, method }));
    for (let n = 0; n < 2; n++) expect(await mscli('restart', 'alpha-service')).toMatchObject({ exitCode: 0 });
    for (const { served, failed } of await Promise.all(loads.map((load) => load.end()))) {
      expect([served > 50, failed]).toEqual([true, []]);
    }
  } finally {
    await mscli('down');
  }
});
