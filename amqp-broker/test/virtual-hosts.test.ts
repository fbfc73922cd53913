import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { type BrokerHandle, testBroker } from '../src/index.js';
import { temporaryFolder } from './support/temporary-folder.js';

test('virtual hosts of the options are there at the start, and their messages after the next one', async () => {
  await using folder = await temporaryFolder();
  {
    await using broker = await testBroker({ dataDir: folder.path, vhosts: ['team/ä'] });
    const { channel, connection } = await open(broker, 'team/ä');
    await channel.assertQueue('kept');
    channel.sendToQueue('kept', Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    await connection.close();
    expect(broker.stats().queues).toMatchObject([{ vhost: 'team/ä', name: 'kept', ready: 1 }]);
  }
  await using again = await testBroker({ dataDir: folder.path });
  const { channel, connection } = await open(again, 'team/ä');
  expect(await channel.get('kept', { noAck: true })).toMatchObject({ content: Buffer.from('x') });
  await connection.close();
  const { channel: other, connection: second } = await open(again, '/');
  other.on('error', () => {});
  await expect(other.checkQueue('kept')).rejects.toThrow("no queue 'kept' in vhost '/'");
  await second.close();
});

test('a virtual host that is made and removed through the API leaves nothing on the disk', async () => {
  await using folder = await temporaryFolder();
  await using broker = await testBroker({ dataDir: folder.path, managementPort: 0 });
  expect(await call(broker, 'PUT', 'vhosts/short')).toBe(201);
  expect(await readdir(join(folder.path, 'vhosts'))).toHaveLength(1);
  const { channel, connection } = await open(broker, 'short');
  await channel.assertQueue('gone');
  const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
  expect(await call(broker, 'DELETE', 'vhosts/short')).toBe(204);
  await closed;
  expect(await readdir(join(folder.path, 'vhosts'))).toEqual([]);
  expect(existsSync(join(folder.path, 'journal'))).toBe(true);
  await expect(open(broker, 'short')).rejects.toThrow('Expected ConnectionOpenOk');
  expect(await call(broker, 'DELETE', 'vhosts/%2F')).toBe(400);
});

test.each(['', 'x'.repeat(191)])('a virtual host cannot be named "%s"', async (name) => {
  await expect(testBroker({ vhosts: [name] })).rejects.toMatchObject({ code: 'BROKER_VHOST' });
  await using broker = await testBroker({ managementPort: 0 });
  // A path that ends with a slash is that of the list.
  expect(await call(broker, 'PUT', `vhosts/${name}`)).toBe(name === '' ? 405 : 400);
});

test('what else lies in the folder of virtual hosts is left alone', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'vhosts', 'b3RoZXI.removed'), { recursive: true });
  await using broker = await testBroker({ dataDir: folder.path, managementPort: 0 });
  await expect(open(broker, 'other')).rejects.toThrow('Expected ConnectionOpenOk');
  expect(await readdir(join(folder.path, 'vhosts'))).toEqual(['b3RoZXI.removed']);
});

async function open(broker: BrokerHandle, vhost: string) {
  const connection = await amqplib.connect(`${broker.url}/${encodeURIComponent(vhost)}`);
  connection.on('error', () => {});
  return { connection, channel: await connection.createConfirmChannel() };
}

async function call(broker: BrokerHandle, method: string, path: string): Promise<number> {
  const headers = { authorization: `Basic ${btoa('guest:guest')}` };
  return (await fetch(`http://127.0.0.1:${broker.managementPort}/api/${path}`, { method, headers })).status;
}
