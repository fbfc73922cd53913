import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { type Field, longstr } from '../../src/codec/field.js';
import { FRAME } from '../../src/codec/frame.js';
import { testBroker } from '../../src/index.js';
import { Message } from '../../src/message.js';
import { declareQueue } from '../../src/queue/declare.js';
import { noJournal } from '../../src/store/journal.js';
import { Pager } from '../../src/store/pager.js';
import { Spill } from '../../src/store/spill.js';
import { VirtualHost } from '../../src/virtual-host.js';
import { RawClient } from '../support/raw-client.js';

/** A field of the type `z`, which there is not. */
const MALFORMED = Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 3, 1, 0x61, 0x7a]);

test('headers that cannot be read are refused when they come, not found by the timer that dead-letters them', async () => {
  await using broker = await testBroker();
  await using client = await RawClient.open(broker.url);
  const args = new Map<string, Field>([
    ['x-message-ttl', { type: 'signedint', value: 50 }],
    ['x-dead-letter-exchange', longstr('amq.fanout')],
  ]);
  const flags = { passive: false, durable: false, exclusive: false, autoDelete: false, noWait: false };
  client.method(1, 'queue.declare', { reserved1: 0, queue: 'brief', ...flags, arguments: args });
  await client.next('queue.declare-ok');
  const publish = { reserved1: 0, exchange: '', routingKey: 'brief', mandatory: false, immediate: false };
  client.method(1, 'basic.publish', publish);
  client.frame(FRAME.HEADER, 1, MALFORMED);
  expect(await client.next('connection.close')).toMatchObject({ replyCode: 502 });
  expect(broker.stats().memoryBytes).toBe(0);
});

test('a message from an older journal whose headers cannot be read is dropped aloud where it would be dead-lettered', () => {
  const lines: string[] = [];
  const pager = new Pager({ residentBytes: 1_000, memoryBytes: 1_000, spill: new Spill(tmpdir()) });
  const host = new VirtualHost(noJournal(pager, ({ message }) => lines.push(message)));
  const args = new Map<string, Field>([
    ['x-max-length', { type: 'signedint', value: 0 }],
    ['x-dead-letter-exchange', longstr('amq.fanout')],
  ]);
  const wanted = { name: 'none', durable: false, autoDelete: false, owner: undefined, arguments: args };
  const { queue } = declareQueue(host, wanted, false);
  const fields = { exchange: '', routingKey: '', persistent: false, priority: 0, expirationMs: undefined };
  const deliver = (content: Buffer) =>
    host.deliver([queue], new Message({ ...fields, content, bodyAt: content.length }));
  deliver(MALFORMED.subarray(12));
  deliver(Buffer.from([0, 0]));
  expect(lines).toHaveLength(1);
  expect(pager.used).toBe(0);
});
