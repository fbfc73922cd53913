import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleBin, startBin } from '../support/bin.js';
import { RawClient } from '../support/raw-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const QUEUE = {
  reserved1: 0,
  queue: 'committed',
  passive: false,
  durable: true,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map(),
};

test('what was committed survives a kill, what was not does not', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder();
  const bin = await bundleBin(folder.path);
  const args = ['--data-dir', join(folder.path, 'data')];
  {
    await using broker = await startBin(bin, args);
    await using raw = await RawClient.open(broker.url);
    raw.method(1, 'queue.declare', QUEUE);
    raw.method(1, 'tx.select', {});
    for (let number = 0; number < 50; number += 1) publish(raw);
    raw.method(1, 'tx.commit', {});
    await raw.next('tx.commit-ok');
    for (let number = 0; number < 50; number += 1) publish(raw);
    raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 0, global: false });
    await raw.next('basic.qos-ok');
    await broker.end('SIGKILL');
  }
  await using broker = await startBin(bin, args);
  await using raw = await RawClient.open(broker.url);
  raw.method(1, 'queue.declare', QUEUE);
  expect(await raw.next('queue.declare-ok')).toMatchObject({ messageCount: 50 });
});

/** A persistent message of one octet. */
function publish(raw: RawClient): void {
  const header = Buffer.alloc(15);
  header.writeUInt16BE(60, 0);
  header.writeUInt32BE(1, 8);
  header.writeUInt16BE(0x1000, 12);
  header[14] = 2;
  raw.method(1, 'basic.publish', {
    reserved1: 0,
    exchange: '',
    routingKey: 'committed',
    mandatory: false,
    immediate: false,
  });
  raw.frame(2, 1, header);
  raw.frame(3, 1, Buffer.from('x'));
}
