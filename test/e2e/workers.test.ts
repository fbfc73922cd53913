import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeShop, type Shop } from './shop.js';

test('a gateway with two workers is one process to mscli, obeys in both, survives the death of one, and leaves nothing', async () => {
  await using shop = await makeShop();
  const file = join(shop.root, 'mscli.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^gateway:\n/m, 'gateway:\n  workers: 2\n'));
  await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  const gateways = (await shop.mscli.json('ps')).processes.filter(({ kind }: { kind: string }) => kind === 'gateway');
  expect(gateways).toEqual([expect.objectContaining({ name: 'gateway', state: 'ready' })]);

  const statusOf = async () => (await fetch(`${shop.gateway}/products`, { headers: { connection: 'close' } })).status;
  expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
  const name = 'gateway->product-service';
  const tripped = await shop.mscli.json('breaker', 'trip', name, '--yes');
  expect(tripped.instances).toEqual(
    ['gateway-1.1', 'gateway-1.2'].map((id) => ({ id, obeyed: true, state: 'forced-open' })),
  );
  expect([await statusOf(), await statusOf()]).toEqual([503, 503]);
  await shop.mscli.json('breaker', 'reset', name);
  await eventually(async () => (await statusOf()) === 200 && (await statusOf()) === 200);

  const before = await workerPid(shop);
  process.kill(before, 'SIGKILL');
  await eventually(async () => {
    const now = await workerPid(shop);
    return now !== before && now !== 0;
  });
  expect([await statusOf(), await statusOf()]).toEqual([200, 200]);
  expect((await shop.mscli.run('logs', 'gateway', '-n', '100')).stdout).toContain('the worker gateway-1.1 is back');
  const [{ restarts }] = (await shop.mscli.json('ps')).processes.filter(
    ({ kind }: { kind: string }) => kind === 'gateway',
  );
  expect(restarts).toBe(0);
  expect((await shop.mscli.run('doctor')).exitCode).toBe(0);
  expect((await shop.mscli.run('down')).exitCode).toBe(0);
  expect(await shop.processes()).toEqual([]);
});

async function workerPid({ mscli }: Shop): Promise<number> {
  const { instances } = await mscli.json('discovery', 'list');
  return instances.find(({ id, alive }: { id: string; alive: boolean }) => id === 'gateway-1.1' && alive)?.pid ?? 0;
}
