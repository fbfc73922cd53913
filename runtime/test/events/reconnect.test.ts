import { describe, expect, test } from 'vitest';
import { defineEvent, on } from '../../src/events/index.js';
import { z } from '../../src/index.js';
import { aBus, unique, until } from './a-bus.js';
import { reachBroker } from './reach-broker.js';

const anEvent = () => defineEvent(`${unique('order')}.placed`, z.object({ n: z.number() }));

describe('without a broker', () => {
  test('a bus starts all the same, and consumes when the broker comes', async () => {
    const broker = await reachBroker();
    await broker.close();
    const orderPlaced = anEvent();
    const { bus, subscribe, logged } = await aBus(broker);
    const seen: number[] = [];
    const subscribed = subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await until(() => logged.some(({ msg }) => msg === 'no connection to the broker, trying again'));
    expect(bus.state).toBe('connecting');
    await broker.open();
    await subscribed;
    expect(bus.state).toBe('connected');
    await bus.publish(orderPlaced, { n: 1 });
    await until(() => seen.length === 1);
  });

  test('a publish waits for it', async () => {
    const broker = await reachBroker();
    await broker.close();
    const { bus } = await aBus(broker);
    const published = bus.publish(anEvent(), { n: 1 });
    await until(() => bus.state === 'connecting');
    await broker.open();
    await expect(published).resolves.toMatchObject({ id: expect.any(String) });
  });

  test('a publish is given up at its deadline, with the reason', async () => {
    const broker = await reachBroker();
    await broker.close();
    const { bus } = await aBus(broker);
    await expect(bus.publish(anEvent(), { n: 1 }, { deadlineMs: 200 })).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringMatching(/given up after 200 ms: there was no way to send it/),
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
      outcomeUnknown: false,
    });
  });

  test('a publish that the broker never confirms says that the outcome is unknown', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus } = await aBus(broker);
    await bus.publish(orderPlaced, { n: 1 });
    broker.freeze();
    await expect(bus.publish(orderPlaced, { n: 2 }, { deadlineMs: 200 })).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringMatching(/has not confirmed it, but may have it/),
      outcomeUnknown: true,
    });
    await broker.close();
    await broker.open();
  });
});

describe('after a lost connection', () => {
  test('consumers and topology are rebuilt, and nothing that was published is lost', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    const seen = new Set<number>();
    await subscribe(on(orderPlaced, ({ data }) => void seen.add(data.n)));
    const confirmed: number[] = [];
    const publishing: Promise<unknown>[] = [];
    let n = 0;
    const publishSome = () => {
      for (let i = 0; i < 200; i += 1) {
        const mine = n++;
        publishing.push(bus.publish(orderPlaced, { n: mine }).then(() => confirmed.push(mine)));
      }
    };
    publishSome();
    await until(() => confirmed.length > 0);
    publishSome();
    await broker.close();
    publishSome();
    await broker.direct.deleteQueue(`${service.name}.${orderPlaced.type}.dead`);
    await broker.open();
    publishSome();
    await Promise.all(publishing);
    await until(() => seen.size === n, 'all are seen');
    expect(confirmed).toHaveLength(n);
    const { queue } = await broker.direct.checkQueue(`${service.name}.${orderPlaced.type}.dead`);
    expect(queue).toBe(`${service.name}.${orderPlaced.type}.dead`);
  });

  test('a delivery whose acknowledgement was lost comes again', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, db } = await aBus(broker);
    await db.run('CREATE TABLE seen (n INTEGER NOT NULL)');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let deliveries = 0;
    await subscribe(
      on(orderPlaced, async ({ data }, { tx }) => {
        deliveries += 1;
        await tx(async (tx) => void (await tx.run('INSERT INTO seen (n) VALUES (?)', [data.n])));
        if (deliveries === 1) await gate;
      }),
    );
    await bus.publish(orderPlaced, { n: 1 });
    await until(() => deliveries === 1);
    await broker.close();
    await broker.open();
    release();
    await until(() => deliveries === 2);
    expect(await db.all('SELECT n FROM seen')).toEqual([{ n: 1 }]);
  });

  test('a queue that was deleted under a consumer is made again', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service, logged } = await aBus(broker);
    const seen: number[] = [];
    await subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await broker.direct.deleteQueue(`${service.name}.${orderPlaced.type}`);
    await until(() => logged.some(({ msg }) => String(msg).startsWith('the queue was deleted')));
    // Until the queue is there again, nobody holds what is published.
    await until(async () => {
      await bus.publish(orderPlaced, { n: 1 });
      return seen.length > 0;
    });
  });

  test('a queue that somebody declared otherwise is named in the log, and the rest works', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const other = anEvent();
    const name = unique('mail');
    await broker.direct.assertQueue(`${name}.${orderPlaced.type}`, { durable: false, autoDelete: false });
    const { bus, subscribe, logged, service } = await aBus(broker, { name });
    bus.subscribe(
      on(orderPlaced, () => {}),
      service,
    );
    const seen: number[] = [];
    await subscribe(on(other, ({ data }) => void seen.push(data.n)));
    await until(() => logged.some(({ channel }) => channel === `${name}.${orderPlaced.type}`));
    expect(bus.state).toBe('connecting');
    await bus.publish(other, { n: 1 });
    await until(() => seen.length === 1);
    const told = logged.find(({ channel }) => channel === `${name}.${orderPlaced.type}`);
    expect(JSON.stringify(told)).toContain('PRECONDITION');
    await broker.direct.deleteQueue(`${name}.${orderPlaced.type}`);
  });
});
