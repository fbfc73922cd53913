import { pino } from 'pino';
import { expect, test } from 'vitest';
import { eventTables, eventTablesScope } from '../../src/events/index.js';
import { appendToOutbox } from '../../src/events/outbox.js';
import { OutboxRelay } from '../../src/events/outbox-relay.js';
import type { Database } from '../../src/state/index.js';
import { MemoryTransport } from '../../src/testing/index.js';
import { tempDatabase } from '../state/temp-state.js';

const message = {
  exchange: 'events',
  routingKey: 'order.placed',
  content: Buffer.from('{}'),
  properties: {},
};

/** The database, with a pause between a transaction's end and its being told. */
function pausing(db: Database, pause: () => Promise<void>): Database {
  return new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key === 'transaction') return (work: never) => target.transaction(work).finally(pause);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('who waits for an empty outbox waits for what was in it then, not for an earlier look', async () => {
  const db = await tempDatabase();
  await db.migrate(eventTablesScope, eventTables);
  let publishedThen: Promise<number> | undefined;
  const transport = new MemoryTransport();
  const relay = new OutboxRelay({
    db: pausing(db, async () => {
      if (publishedThen) return;
      await db.transaction((tx) => appendToOutbox(tx, message));
      publishedThen = relay.flushed().then(() => transport.published.length);
    }),
    transport,
    holder: 'order-service-1',
    log: pino({ level: 'silent' }),
  });
  relay.wake();
  await expect.poll(() => publishedThen).toBe(1);
  await relay.stop();
});
