import amqplib from 'amqplib';
import { afterEach, expect, test, vi } from 'vitest';
import { Counters } from '../src/counters.js';
import { testBroker } from '../src/index.js';
import { Rates } from '../src/rates.js';

afterEach(() => {
  vi.useRealTimers();
});

test('rates are over the last five to ten seconds', () => {
  vi.useFakeTimers();
  const counters = new Counters();
  using rates = new Rates({ counters: () => [counters], now: () => Date.now() });
  expect(rates.of(counters).publish).toBe(0);
  counters.publish += 10;
  // Within the first second nothing more can be said than "so many in a second".
  expect(rates.of(counters).publish).toBe(10);
  vi.advanceTimersByTime(2_500);
  expect(rates.of(counters)).toMatchObject({ publish: 4, ack: 0 });
  vi.advanceTimersByTime(4_500);
  expect(rates.of(counters).publish).toBeCloseTo(10 / 7);
  vi.advanceTimersByTime(5_000);
  expect(rates.of(counters).publish).toBe(0);
  counters.publish += 21;
  expect(rates.of(counters).publish).toBe(3);
  vi.advanceTimersByTime(60_000);
  expect(rates.of(counters).publish).toBe(0);
});

test('counters that come later begin at nothing, and nothing is left to run after the end', () => {
  vi.useFakeTimers();
  const all = new Set<Counters>();
  const rates = new Rates({ counters: () => all, now: () => Date.now() });
  vi.advanceTimersByTime(20_000);
  const late = new Counters();
  late.deliver = 10;
  all.add(late);
  expect(rates.of(late).deliver).toBe(2);
  rates[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

test('stats() tells rates, consumers and memory', async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('counted');
  for (let number = 0; number < 10; number += 1) channel.sendToQueue('counted', Buffer.alloc(1_000));
  await channel.waitForConfirms();
  const got = await channel.get('counted');
  if (got) channel.ack(got);
  await channel.consume('counted', () => {}, { noAck: true });
  await channel.checkQueue('counted');
  const { rates, queues, consumers, processBytes, memoryBytes, residentBytes } = broker.stats();
  expect(consumers).toBe(1);
  expect(queues[0]?.rates.published).toBeGreaterThan(0);
  const { published, confirmed, delivered, acknowledged } = rates;
  expect(published).toBeGreaterThan(0);
  expect([confirmed / published, delivered / published, acknowledged / published]).toEqual(
    [1, 1, 0.1].map((share) => expect.closeTo(share, 1)),
  );
  expect(processBytes).toBeGreaterThan(1_000_000);
  expect([memoryBytes, residentBytes]).toEqual([0, 0]);
  await channel.assertQueue('held');
  channel.sendToQueue('held', Buffer.alloc(1_000));
  await channel.waitForConfirms();
  const held = broker.stats();
  expect(held.residentBytes).toBeGreaterThan(1_000);
  expect(held.memoryBytes).toBeGreaterThan(held.residentBytes);
  await connection.close();
});
