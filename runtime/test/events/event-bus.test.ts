import { describe, expect, test, vi } from 'vitest';
import { AmqpTransport, defineEvent, type Event, on } from '../../src/events/index.js';
import { z } from '../../src/index.js';
import { currentTrace, runWithTrace } from '../../src/telemetry/index.js';
import { aBus, unique, until } from './a-bus.js';
import { reachBroker } from './reach-broker.js';

const anEvent = () => defineEvent(`${unique('order')}.placed`, z.object({ n: z.number() }));

describe('EventBus', () => {
  test('carries an event with all its attributes to each subscribing service, once per service', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const publisher = await aBus(broker, { name: unique('orders') });
    const seen: Record<string, Event[]> = { mail: [], stock: [] };
    const mail = await aBus(broker);
    const stock = await aBus(broker, { name: unique('stock') });
    await mail.subscribe(on(orderPlaced, (event) => void seen.mail?.push(event)));
    await stock.subscribe(on(orderPlaced, (event) => void seen.stock?.push(event)));

    const { id } = await publisher.bus.publish(orderPlaced, { n: 1 }, { subject: 'order/1', key: 'customer-7' });

    await until(() => seen.mail?.length === 1 && seen.stock?.length === 1);
    expect(seen.mail?.[0]).toMatchObject({
      id,
      type: orderPlaced.type,
      source: publisher.service.name,
      subject: 'order/1',
      key: 'customer-7',
      data: { n: 1 },
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  test('shares the events of a subscription between the instances of a service', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const name = unique('mail');
    const seen: number[][] = [[], []];
    const first = await aBus(broker, { name });
    const second = await aBus(broker, { name, instance: 2 });
    await first.subscribe(on(orderPlaced, ({ data }) => void seen[0]?.push(data.n), { prefetch: 1 }));
    await second.subscribe(on(orderPlaced, ({ data }) => void seen[1]?.push(data.n), { prefetch: 1 }));
    await Promise.all(Array.from({ length: 50 }, (_, n) => first.bus.publish(orderPlaced, { n })));
    await until(() => seen.flat().length === 50);
    expect(new Set(seen.flat()).size).toBe(50);
    expect(seen.every((events) => events.length > 0)).toBe(true);
  });

  test('subscribes to patterns', async () => {
    const broker = await reachBroker();
    const noun = unique('order');
    const placed = defineEvent(`${noun}.placed`, z.object({}));
    const stepped = defineEvent(`${noun}.step.done`, z.object({}));
    const other = defineEvent(`${unique('other')}.placed`, z.object({}));
    const mail = await aBus(broker);
    const seen: string[] = [];
    await mail.subscribe(on(`${noun}.#`, ({ type }) => void seen.push(type), { name: 'all' }));
    for (const contract of [other, placed, stepped]) await mail.bus.publish(contract, {});
    await until(() => seen.length === 2);
    expect(seen).toEqual([placed.type, stepped.type]);
  });

  test('refuses to publish what breaks the contract, naming every field', async () => {
    const broker = await reachBroker();
    const contract = defineEvent(`${unique('order')}.placed`, z.object({ n: z.number(), name: z.string() }));
    const { bus } = await aBus(broker);
    const publishing = bus.publish(contract, { n: 'one' } as never);
    await expect(publishing).rejects.toMatchObject({
      code: 'INVALID_EVENT',
      message: expect.stringMatching(/n is "one": .*; name is missing/),
    });
    expect(bus.state).toBe('idle');
  });

  test('continues the trace of the publisher in the handler', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe } = await aBus(broker);
    const traces: (string | undefined)[] = [];
    await subscribe(on(orderPlaced, () => void traces.push(currentTrace()?.traceId)));
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await runWithTrace(`00-${traceId}-b7ad6b7169203331-01`, () => bus.publish(orderPlaced, { n: 1 }));
    await bus.publish(orderPlaced, { n: 2 });
    await until(() => traces.length === 2);
    expect(traces[0]).toBe(traceId);
    expect(traces[1]).toMatch(/^[0-9a-f]{32}$/);
    expect(traces[1]).not.toBe(traceId);
  });

  test('handles events of one key one after another, and others meanwhile', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe } = await aBus(broker);
    const seen: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await subscribe(
      on(orderPlaced, async ({ data, key }) => {
        seen.push(`${key} ${data.n} begins`);
        if (data.n === 1) await gate;
        seen.push(`${key} ${data.n} ends`);
      }),
    );
    await bus.publish(orderPlaced, { n: 1 }, { key: 'a' });
    await bus.publish(orderPlaced, { n: 2 }, { key: 'a' });
    await bus.publish(orderPlaced, { n: 3 }, { key: 'b' });
    await until(() => seen.includes('b 3 ends'));
    release();
    await until(() => seen.includes('a 2 ends'));
    expect(seen.filter((line) => line.startsWith('a'))).toEqual(['a 1 begins', 'a 1 ends', 'a 2 begins', 'a 2 ends']);
  });

  test('acknowledges only what is handled: after a stop the rest is delivered to the next instance', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const name = unique('mail');
    const handled: number[] = [];
    const first = await aBus(broker, { name });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began = 0;
    await first.subscribe(
      on(
        orderPlaced,
        async ({ data }) => {
          began += 1;
          if (data.n % 2 === 1) await gate;
          handled.push(data.n);
        },
        { prefetch: 10 },
      ),
    );
    await Promise.all(Array.from({ length: 40 }, (_, n) => first.bus.publish(orderPlaced, { n })));
    await until(() => began - handled.length === 10, 'ten handlers wait');
    const stopped = first.stop();
    release();
    await stopped;
    const before = new Set(handled);
    expect(before.size).toBe(handled.length);

    const second = await aBus(broker, { name });
    await second.subscribe(on(orderPlaced, ({ data }) => void handled.push(data.n)));
    await until(() => new Set(handled).size === 40);
    expect(handled).toHaveLength(40);
  });

  test('declares the same queue again after a restart', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const name = unique('mail');
    const first = await aBus(broker, { name });
    await first.subscribe(on(orderPlaced, () => {}));
    await first.stop();
    const second = await aBus(broker, { name });
    await second.bus.publish(orderPlaced, { n: 1 });
    const seen: number[] = [];
    await second.subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await until(() => seen.length === 1);
    expect(second.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

test('a bus bears that all its handlers wait for their next try at once', async () => {
  const warnings: string[] = [];
  const warn = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', warn);
  const { bus, subscribe } = await aBus(await reachBroker());
  const orderPlaced = anEvent();
  let tried = 0;
  const failing = on(
    orderPlaced,
    () => {
      tried += 1;
      throw new Error('not now');
    },
    { retryDelayMs: 60_000, attempts: 2 },
  );
  await subscribe(failing);
  await Promise.all(Array.from({ length: 20 }, (_, n) => bus.publish(orderPlaced, { n })));
  await until(() => tried >= 20);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

describe('a bus that stops', () => {
  test('is still connected when it no longer consumes, so that what is in the outbox can leave', async () => {
    const { bus, subscribe } = await aBus(await reachBroker());
    await subscribe(on(anEvent(), () => {}));
    expect(bus.state).toBe('connected');
    await bus.stopConsuming();
    expect(bus.state).toBe('connected');
  });

  test('leaves nobody waiting for an outbox that cannot be emptied', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, db } = await aBus(broker);
    await broker.close();
    await db.transaction((tx) => bus.publish(orderPlaced, { n: 1 }, { tx }));
    const flushed = bus.outboxFlushed();
    await bus.close();
    await flushed;
  });

  test('refuses to publish at once', async () => {
    const { bus } = await aBus(await reachBroker());
    const orderPlaced = anEvent();
    await bus.publish(orderPlaced, { n: 1 });
    const closed = bus.close();
    const late = bus.publish(orderPlaced, { n: 2 }, { deadlineMs: 600_000 });
    await expect(late).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    await closed;
  });
});

describe('a delivery that can neither be handled nor dead-lettered', () => {
  test('goes back to the queue after a pause, and the log says why', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const tested = await aBus(broker);
    const times: number[] = [];
    const giveUp = vi.spyOn(AmqpTransport.prototype, 'publish').mockImplementation(async () => {
      times.push(performance.now());
      throw new Error('no dead letters today');
    });
    await tested.subscribe(on(orderPlaced, () => Promise.reject(new Error('no')), { attempts: 1 }));
    broker.direct.publish('events', orderPlaced.type, Buffer.from('{"n":1}'));
    await until(() => times.length >= 3);
    giveUp.mockRestore();
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
    expect(tested.logged).toContainEqual(
      expect.objectContaining({ level: 40, err: expect.objectContaining({ message: 'no dead letters today' }) }),
    );
  });
});

test('a publish without a deadline waits for its confirm', async () => {
  const { bus } = await aBus(await reachBroker());
  await expect(bus.publish(anEvent(), { n: 1 }, { deadlineMs: Number.POSITIVE_INFINITY })).resolves.toBeDefined();
});
