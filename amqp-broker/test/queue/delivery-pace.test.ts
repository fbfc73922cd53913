import { tmpdir } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NO_FIELDS } from '../../src/codec/field.js';
import { Message } from '../../src/message.js';
import type { Consumer } from '../../src/queue/consumer.js';
import { declareQueue } from '../../src/queue/declare.js';
import type { Queue } from '../../src/queue/queue.js';
import { noJournal } from '../../src/store/journal.js';
import { Pager } from '../../src/store/pager.js';
import { Spill } from '../../src/store/spill.js';
import { VirtualHost } from '../../src/virtual-host.js';

const SIZE = 1_000;
/** What one turn may hand out at most, in messages of that size. */
const MOST = 600;

function hostWith(names: readonly string[], depth: number): { host: VirtualHost; queues: Queue[] } {
  const pager = new Pager({ residentBytes: 1e9, memoryBytes: 1e9, spill: new Spill(tmpdir()) });
  const host = new VirtualHost(noJournal(pager, () => {}));
  const queues = names.map((name) => {
    const wanted = { name, durable: false, autoDelete: false, owner: undefined, arguments: NO_FIELDS };
    return declareQueue(host, wanted, false).queue;
  });
  for (let count = 0; count < depth; count += 1) for (const queue of queues) host.deliver([queue], messageOf(count));
  return { host, queues };
}

function messageOf(number: number): Message {
  const fields = { exchange: '', routingKey: String(number), persistent: false, priority: 0, expirationMs: undefined };
  return new Message({ ...fields, content: Buffer.alloc(SIZE), bodyAt: 2 });
}

/** Takes whatever it is given. */
function consumerOf(tag: string, onDelivery: (number: number) => void): Consumer {
  return {
    tag,
    exclusive: false,
    noAck: true,
    priority: 0,
    canTake: () => true,
    deliver: ({ message }) => onDelivery(Number(message.routingKey)),
    cancelled() {},
  };
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `queue ${index}`);

test('many deep queues hand out a bounded number of messages in one turn, each in order and all in the end', async () => {
  const depth = 700;
  const { queues } = hostWith(namesOf(20), depth);
  const received = queues.map((): number[] => []);
  let inTurn = 0;
  let most = 0;
  queues.forEach((queue, index) => {
    queue.subscribe(
      consumerOf('one', (number) => {
        received[index]?.push(number);
        inTurn += 1;
      }),
    );
  });
  let turns = 0;
  for (; received.some(({ length }) => length < depth); turns += 1) {
    most = Math.max(most, inTurn);
    inTurn = 0;
    await nextTurn();
    expect(turns).toBeLessThan(1_000);
  }
  expect(most).toBeLessThan(MOST);
  for (const numbers of received) expect(numbers).toEqual(Array.from({ length: depth }, (_, number) => number));
});

test('a queue with little to give waits for one share of each of those before it, not for their ends', async () => {
  const { host, queues } = hostWith(namesOf(3), 5_000);
  const wanted = { name: 'small', durable: false, autoDelete: false, owner: undefined, arguments: NO_FIELDS };
  const { queue: small } = declareQueue(host, wanted, false);
  host.deliver([small], messageOf(1));
  let others = 0;
  for (const queue of queues) queue.subscribe(consumerOf('deep', () => (others += 1)));
  const before = new Promise<number>((resolve) => small.subscribe(consumerOf('small', () => resolve(others))));
  expect(await before).toBeLessThan(MOST * 4);
});

test('consumers of one queue are served in turn across the turns', async () => {
  const depth = 3_001;
  const { queues } = hostWith(['shared'], depth);
  const received: [string, number][] = [];
  // Both are there before the first message is handed out.
  const [queue] = queues as [Queue];
  let open = false;
  const tags = ['a', 'b'];
  const consumers = tags.map((tag) => ({
    ...consumerOf(tag, (number) => received.push([tag, number])),
    canTake: () => open,
  }));
  for (const consumer of consumers) queue.subscribe(consumer);
  open = true;
  for (const consumer of consumers) queue.consumers.resume(consumer);
  queue.dispatch();
  expect(received.length).toBeLessThan(MOST);
  for (let turns = 0; received.length < depth; turns += 1) {
    await nextTurn();
    expect(turns).toBeLessThan(1_000);
  }
  expect(received).toEqual(Array.from({ length: depth }, (_, number) => [tags[number % 2], number]));
});
