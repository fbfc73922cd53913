import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect, it, vi } from 'vitest';
import type { StatusWithActivity } from '../../src/supervisor/workspace-status.js';
import { commandWorkspace, upWorkspace } from '../supervisor/up-workspace.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

it('shows what would run when nothing runs', async () => {
  await using it = await commandWorkspace();
  const { stdout, exitCode } = await it.mscli('ps');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('shop is not running');
  expect(stdout).toMatch(/^alpha-service +service +stopped +- +\d+ +- +0$/m);
});

it('shows state, pid, port and broker of what runs, also when mscli.yaml is broken by now', async () => {
  await using it = await upWorkspace();
  const { url } = JSON.parse(await readFile(join(it.workspace.root, '.mscli/broker.json'), 'utf8')) as { url: string };
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('left', { durable: true });
  channel.sendToQueue('left', Buffer.from('x'));
  await channel.waitForConfirms();
  await writeFile(join(it.workspace.root, 'mscli.yaml'), 'name: [');
  await eventually(async () => (await it.status()).configFault !== undefined);
  const { stdout } = await it.mscli('ps');
  expect(stdout).toMatch(/^alpha-service +service +ready +\d+ +\d+ +\d.* +0$/m);
  expect(stdout).toMatch(/^broker +embedded at amqp:\/\/mscli:\*\*\*@127\.0\.0\.1:\d+ \(set in mscli\.yaml\)$/m);
  expect(stdout).toMatch(
    /^ +1 connection, 1 queue, 1 message waiting, 0 unacknowledged, [\d.]+ in and 0 out a second$/m,
  );
  expect(stdout).toMatch(/^left +1 +0 +0 +[\d.]+ +0$/m);
  expect(stdout).toContain('What runs is not what mscli.yaml says: ');
  const { broker } = (await it.status()) as StatusWithActivity;
  expect(broker?.activity).toMatchObject({ connections: 1, queues: [{ name: 'left', vhost: '/', waiting: 1 }] });
  await connection.close();
  await writeFile(join(it.workspace.root, 'mscli.yaml'), 'name: shop\n');
});

it('names the gateway where it is since mscli.yaml moved it', async () => {
  await using it = await upWorkspace();
  const file = join(it.workspace.root, 'mscli.yaml');
  const [port] = await freePorts(1);
  await writeFile(file, (await readFile(file, 'utf8')).replace(/gateway: .*/, `gateway: { port: ${port} }`));
  await eventually(async () => (await it.status()).gateway.url === `http://localhost:${port}`);
  expect((await it.mscli('ps')).stdout).toMatch(new RegExp(`^gateway +http://localhost:${port}$`, 'm'));
});
