import { expect, test } from 'vitest';
import { FRAME } from '../../src/codec/frame.js';
import { testBroker } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { RawClient } from '../support/raw-client.js';

const MEMORY = 2 * 1024 * 1024;
const QUEUES = 200;
const PUBLISHERS = 20;
const MESSAGES = 500;

test('publishers to many queues stop within what they sent in one write', { timeout: 60_000 }, async () => {
  await using broker = await testBroker({ limits: { memoryBytes: MEMORY } });
  await using client = await RawClient.open(broker.url);
  for (let number = 0; number < QUEUES; number += 1) {
    client.method(1, 'queue.declare', {
      ...{ reserved1: 0, queue: `copy-${number}`, passive: false, durable: false, exclusive: true, autoDelete: false },
      ...{ noWait: true, arguments: new Map() },
    });
    client.method(1, 'queue.bind', {
      ...{ reserved1: 0, queue: `copy-${number}`, exchange: 'amq.fanout', routingKey: '' },
      ...{ noWait: true, arguments: new Map() },
    });
  }
  await eventually(() => broker.stats().queues.length === QUEUES, 'all queues there');
  const publishers = await Promise.all(Array.from({ length: PUBLISHERS }, () => RawClient.open(broker.url)));
  for (const publisher of publishers) {
    publisher.socket.cork();
    for (let number = 0; number < MESSAGES; number += 1) {
      publisher.method(1, 'basic.publish', {
        ...{ reserved1: 0, exchange: 'amq.fanout', routingKey: '', mandatory: false, immediate: false },
      });
      publisher.frame(FRAME.HEADER, 1, Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
    publisher.socket.uncork();
  }
  await eventually(() => broker.stats().memoryBytes > MEMORY, 'the memory used up');
  // Each of them is read from until it meets the alarm, at the end of the message that it is at.
  expect(broker.stats().memoryBytes).toBeLessThan(MEMORY * 2);
  const waiting = () => broker.stats().queues[0]?.ready ?? 0;
  expect(waiting()).toBeLessThan((PUBLISHERS * MESSAGES) / 10);
  let purged = 0;
  while (purged < PUBLISHERS * MESSAGES) {
    for (let number = 0; number < QUEUES; number += 1) {
      client.method(1, 'queue.purge', { reserved1: 0, queue: `copy-${number}`, noWait: false });
      const { messageCount } = await client.next('queue.purge-ok');
      if (number === 0) purged += messageCount;
    }
  }
  expect(purged).toBe(PUBLISHERS * MESSAGES);
});
