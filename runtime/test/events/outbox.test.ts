import { describe, expect, test } from 'vitest';
import { defineEvent, on } from '../../src/events/index.js';
import { z } from '../../src/index.js';
import { aBus, stateFolder, unique, until } from './a-bus.js';
import { reachBroker } from './reach-broker.js';

const anEvent = () => defineEvent(`${unique('order')}.placed`, z.object({ n: z.number() }));

describe('the outbox', () => {
  test('sends what a transaction published when it commits, in order', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, db, subscribe } = await aBus(broker);
    const seen: number[] = [];
    await subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await db.transaction(async (tx) => {
      for (let n = 0; n < 100; n += 1) await bus.publish(orderPlaced, { n }, { tx });
      expect(seen).toEqual([]);
    });
    await until(() => seen.length === 100);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => n));
    await bus.outboxFlushed();
    expect(await db.all('SELECT id FROM mscli_outbox')).toEqual([]);
  });

  test('sends nothing of a transaction that was rolled back', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, db, subscribe } = await aBus(broker);
    const seen: number[] = [];
    await subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    const failing = db.transaction(async (tx) => {
      await bus.publish(orderPlaced, { n: 1 }, { tx });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await db.transaction((tx) => bus.publish(orderPlaced, { n: 2 }, { tx }));
    await until(() => seen.length > 0);
    expect(seen).toEqual([2]);
  });

  test('holds events while there is no broker, and sends them when there is', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, db, subscribe } = await aBus(broker);
    const seen: number[] = [];
    await subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await broker.close();
    for (let n = 0; n < 20; n += 1) await db.transaction((tx) => bus.publish(orderPlaced, { n }, { tx }));
    expect(seen).toEqual([]);
    await broker.open();
    await until(() => seen.length === 20);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test('waits for no turn that a clock has written which was set back since', async () => {
    const broker = await reachBroker();
    const { bus, db } = await aBus(broker);
    const gone = "INSERT INTO mscli_outbox_relay (id, holder, until) VALUES (1, 'gone-1', ?)";
    await db.run(gone, [Date.now() + 3_600_000]);
    await db.transaction((tx) => bus.publish(anEvent(), { n: 1 }, { tx }));
    await bus.outboxFlushed();
    expect(await db.all('SELECT id FROM mscli_outbox')).toEqual([]);
  });

  test('is sent once by the instances that share it', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const name = unique('orders');
    const stateUrl = await stateFolder();
    const instances = await Promise.all([1, 2, 3].map((instance) => aBus(broker, { name, instance, stateUrl })));
    const reader = await aBus(broker);
    const seen: number[] = [];
    await reader.subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    await Promise.all(
      Array.from({ length: 150 }, async (_, n) => {
        const instance = instances[n % 3];
        await instance?.db.transaction((tx) => instance.bus.publish(orderPlaced, { n }, { tx }));
      }),
    );
    await Promise.all(instances.map(({ bus }) => bus.outboxFlushed()));
    await until(() => seen.length >= 150);
    await reader.stop();
    expect(seen).toHaveLength(150);
    expect(new Set(seen).size).toBe(150);
  });

  test('is sent by the next start when an instance stopped before', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const name = unique('orders');
    const stateUrl = await stateFolder();
    await broker.close();
    const first = await aBus(broker, { name, stateUrl });
    await first.db.transaction((tx) => first.bus.publish(orderPlaced, { n: 1 }, { tx }));
    await first.stop();
    await broker.open();
    const second = await aBus(broker, { name, stateUrl });
    const seen: number[] = [];
    await second.subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    second.bus.resumeOutbox();
    await until(() => seen.length === 1);
  });
});

describe('the inbox', () => {
  test('applies an event once, however often and wherever it is delivered', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, db } = await aBus(broker);
    await db.run('CREATE TABLE sums (n INTEGER NOT NULL)');
    let deliveries = 0;
    const results: unknown[] = [];
    await subscribe(
      on(orderPlaced, async ({ data }, { tx }) => {
        results.push(
          await tx(async (tx) => {
            await tx.run('INSERT INTO sums (n) VALUES (?)', [data.n]);
            return data.n;
          }),
        );
        deliveries += 1;
      }),
    );
    await Promise.all([1, 2, 3].map(() => bus.publish(orderPlaced, { n: 7 }, { id: 'the-same' })));
    await bus.publish(orderPlaced, { n: 8 });
    await until(() => deliveries === 4);
    expect(await db.all('SELECT n FROM sums ORDER BY n')).toEqual([{ n: 7 }, { n: 8 }]);
    expect(results.filter((result) => result === undefined)).toHaveLength(2);
  });

  test('forgets the event when the work fails, so that the next try does it', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, db } = await aBus(broker);
    await db.run('CREATE TABLE sums (n INTEGER NOT NULL)');
    let done = false;
    await subscribe(
      on(
        orderPlaced,
        async ({ data }, { tx, attempt }) => {
          await tx(async (tx) => {
            await tx.run('INSERT INTO sums (n) VALUES (?)', [data.n]);
            if (attempt === 1) throw new Error('half done');
          });
          done = true;
        },
        { retryDelayMs: 1 },
      ),
    );
    await bus.publish(orderPlaced, { n: 7 });
    await until(() => done);
    expect(await db.all('SELECT n FROM sums')).toEqual([{ n: 7 }]);
  });

  test('refuses a second tx in one handler', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe } = await aBus(broker);
    const errors: unknown[] = [];
    await subscribe(
      on(orderPlaced, async (_event, { tx }) => {
        await tx(async () => {});
        await tx(async () => {}).catch((error) => errors.push(error));
      }),
    );
    await bus.publish(orderPlaced, { n: 7 });
    await until(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ code: 'TX_TWICE' });
  });
});
