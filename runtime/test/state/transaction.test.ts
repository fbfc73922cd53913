import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { Transaction } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from './temp-state.js';

const migrations = ['CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0))'];

describe('transaction', () => {
  it('commits what it did when the work resolves, and sees its own writes before', async () => {
    const db = await tempDatabase({ migrations });
    const listener = vi.fn();
    const seen = await db.transaction(async (tx) => {
      await tx.run("INSERT INTO counter VALUES ('a', 1)");
      tx.afterCommit(listener);
      expect(listener).not.toHaveBeenCalled();
      return tx.get('SELECT n FROM counter');
    });
    expect(seen).toEqual({ n: 1 });
    expect(listener).toHaveBeenCalledOnce();
    expect(await db.get('SELECT n FROM counter')).toEqual({ n: 1 });
  });

  it('has committed, whatever a listener throws, and calls the other listeners', async () => {
    const db = await tempDatabase({ migrations });
    const listener = vi.fn();
    const uncaught = nextUncaught();
    const committed = db.transaction(async (tx) => {
      await tx.run("INSERT INTO counter VALUES ('a', 1)");
      tx.afterCommit(() => {
        throw new Error('not mine to fail');
      });
      tx.afterCommit(listener);
      return 'committed';
    });
    expect(await committed).toBe('committed');
    expect(listener).toHaveBeenCalledOnce();
    expect(await uncaught).toMatchObject({ message: 'not mine to fail' });
  });

  it('rolls back only itself when the work rejects', async () => {
    const db = await tempDatabase({ migrations });
    const listener = vi.fn();
    const outcomes = await Promise.allSettled([
      db.run("INSERT INTO counter VALUES ('before', 1)"),
      db.transaction(async (tx) => {
        tx.afterCommit(listener);
        await tx.run("INSERT INTO counter VALUES ('within', 1)");
        throw new Error('changed my mind');
      }),
      db.run("INSERT INTO counter VALUES ('after', 1)"),
    ]);
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await db.all('SELECT name FROM counter ORDER BY name')).toEqual([{ name: 'after' }, { name: 'before' }]);
    expect(listener).not.toHaveBeenCalled();
  });

  it('goes on after a statement that SQLite refused', async () => {
    const db = await tempDatabase({ migrations });
    await db.transaction(async (tx) => {
      await tx.run("INSERT INTO counter VALUES ('a', 1)");
      await expect(tx.run('UPDATE counter SET n = -1')).rejects.toMatchObject({ code: 'STATE_CONSTRAINT' });
      await tx.run('UPDATE counter SET n = 7');
    });
    expect(await db.get('SELECT n FROM counter')).toEqual({ n: 7 });
  });

  it('tells everyone in a batch when SQLite rolls it back as a whole, and nobody else', async () => {
    const db = await tempDatabase({ migrations });
    await db.run("INSERT INTO counter VALUES ('a', 1)");
    const fatal = "INSERT OR ROLLBACK INTO counter VALUES ('a', 2)";
    const message = expect.stringContaining('SQLite rolled the transaction back');
    const lost = { status: 'rejected', reason: { code: 'STATE_SQL', message } };
    const outcomes = await Promise.allSettled([
      db.run("INSERT INTO counter VALUES ('b', 1)"),
      db.run(fatal),
      db.run("INSERT INTO counter VALUES ('c', 1)"),
      db.transaction(async (tx) => {
        await tx.run("INSERT INTO counter VALUES ('d', 1)");
        await expect(tx.run(fatal)).rejects.toMatchObject({ code: 'STATE_CONSTRAINT' });
        await expect(tx.run("INSERT INTO counter VALUES ('e', 1)")).rejects.toMatchObject({ code: 'STATE_SQL' });
      }),
      db.run("INSERT INTO counter VALUES ('f', 1)"),
    ]);
    expect(outcomes).toMatchObject([
      lost,
      { status: 'rejected', reason: { code: 'STATE_CONSTRAINT' } },
      lost,
      lost,
      { status: 'fulfilled' },
    ]);
    expect(await db.all('SELECT name FROM counter')).toEqual([{ name: 'a' }, { name: 'f' }]);
  });

  it('runs one at a time: no increment is lost, in one process or between two', async () => {
    const stateUrl = await tempStateUrl();
    const instances = [await tempDatabase({ stateUrl, migrations }), await tempDatabase({ stateUrl, migrations })];
    await instances[0]?.run("INSERT INTO counter VALUES ('a', 0)");
    const increment = async (tx: Transaction) => {
      const row = await tx.get<{ n: number }>('SELECT n FROM counter');
      await tx.run('UPDATE counter SET n = ?', [(row?.n ?? 0) + 1]);
    };
    await Promise.all(instances.flatMap((db) => Array.from({ length: 100 }, () => db.transaction(increment))));
    expect(await instances[1]?.get('SELECT n FROM counter')).toEqual({ n: 200 });
  });

  it('serves reads of what is committed while one is open', async () => {
    const db = await tempDatabase({ migrations });
    await db.run("INSERT INTO counter VALUES ('a', 1)");
    const gate = gateOf();
    const open = db.transaction(async (tx) => {
      await tx.run('UPDATE counter SET n = 2');
      gate.resolve();
      await delay(50);
    });
    await gate.promise;
    expect(await db.get('SELECT n FROM counter')).toEqual({ n: 1 });
    await open;
    expect(await db.get('SELECT n FROM counter')).toEqual({ n: 2 });
  });

  it('refuses the database itself inside its work, at any depth, instead of waiting for ever', async () => {
    const db = await tempDatabase({ migrations });
    const deep = async () => {
      await delay(1);
      return db.run("INSERT INTO counter VALUES ('a', 1)");
    };
    await expect(db.transaction(deep)).rejects.toMatchObject({ code: 'STATE_NESTED' });
    await expect(db.transaction(() => db.transaction(async () => 1))).rejects.toMatchObject({ code: 'STATE_NESTED' });
    await expect(db.transaction(() => db.get('SELECT 1'))).rejects.toMatchObject({ code: 'STATE_NESTED' });
    await db.run("INSERT INTO counter VALUES ('b', 1)");
  });

  it('allows another database, and itself again once it has ended', async () => {
    const [db, other] = [await tempDatabase({ migrations }), await tempDatabase({ migrations })];
    let later: Promise<unknown> | undefined;
    await db.transaction(async () => {
      await other.run("INSERT INTO counter VALUES ('a', 1)");
      later = delay(30).then(() => db.run("INSERT INTO counter VALUES ('a', 1)"));
    });
    await later;
    expect(await db.get('SELECT n FROM counter')).toEqual({ n: 1 });
  });

  it('is rolled back at its time limit, so that the next one runs, and its late calls fail', async () => {
    const db = await tempDatabase({ migrations, transactionLimitMs: 60 });
    let late: Promise<unknown> | undefined;
    const hanging = db.transaction(async (tx) => {
      await tx.run("INSERT INTO counter VALUES ('hung', 1)");
      late = delay(150).then(() => tx.run("INSERT INTO counter VALUES ('late', 1)"));
      await new Promise(() => {});
    });
    const next = db.run("INSERT INTO counter VALUES ('next', 1)");
    await expect(hanging).rejects.toMatchObject({
      code: 'STATE_TRANSACTION_TIMEOUT',
      message: expect.stringContaining('60 ms'),
    });
    await next;
    await expect(late).rejects.toMatchObject({ code: 'STATE_TRANSACTION_TIMEOUT' });
    expect(await db.all('SELECT name FROM counter')).toEqual([{ name: 'next' }]);
  });

  it('refuses a tx that outlives its work, and statements that would end it', async () => {
    const db = await tempDatabase({ migrations });
    const kept = await db.transaction(async (tx) => {
      await expect(tx.run('-- done\n /* really */ commit')).rejects.toMatchObject({ code: 'STATE_SQL' });
      return tx;
    });
    await expect(kept.run("INSERT INTO counter VALUES ('x', 1)")).rejects.toMatchObject({
      code: 'STATE_TRANSACTION_ENDED',
    });
  });
});

function gateOf() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The next exception that nobody catches; the test runner does not hear of it. */
function nextUncaught(): Promise<unknown> {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  return new Promise((resolve) => {
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
}
