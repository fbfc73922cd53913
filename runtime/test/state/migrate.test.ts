import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from './temp-state.js';

const first = 'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)';
const second = 'ALTER TABLE a ADD COLUMN y TEXT';

describe('migrate', () => {
  it('runs each once, whoever opens the file, in how many connections at once', async () => {
    const stateUrl = await tempStateUrl();
    const all = await Promise.all(
      Array.from({ length: 4 }, () => tempDatabase({ stateUrl, migrations: [first, second] })),
    );
    for (const db of all) expect(await db.all('SELECT * FROM a')).toEqual([{ x: 1, y: null }]);
  });

  it('appends to what has run, and leaves a file alone that has seen more', async () => {
    const stateUrl = await tempStateUrl();
    for (const migrations of [[first], [first, second], [first]]) {
      await using db = await openDatabase({ stateUrl, service: 'order-service', migrations });
      expect(await db.all('SELECT x FROM a')).toEqual([{ x: 1 }]);
    }
    await using db = await openDatabase({ stateUrl, service: 'order-service' });
    expect(await db.all('SELECT x, y FROM a')).toEqual([{ x: 1, y: null }]);
  });

  it('names a migration that was changed, but lets a formatter reindent it', async () => {
    const stateUrl = await tempStateUrl();
    await using db = await openDatabase({ stateUrl, service: 'order-service', migrations: [first, second] });
    await db.migrate('order-service', [first.replaceAll(' ', '\n   '), second]);
    await expect(db.migrate('order-service', [first, `${second} NOT NULL`])).rejects.toMatchObject({
      code: 'STATE_MIGRATION_CHANGED',
      message: expect.stringMatching(/^Migration 2 of order-service .*ALTER TABLE a ADD COLUMN y TEXT NOT NULL/),
    });
    await db.migrate('mscli.saga', ['CREATE TABLE b (x INTEGER)']);
  });

  it.each([
    ['ALTER TABLE nowhere ADD COLUMN y', 'no such table: nowhere'],
    ['INSERT INTO a VALUES (2); COMMIT', 'must not begin or end a transaction'],
  ])('keeps nothing of a run that fails at %j', async (bad, reason) => {
    await using db = await tempDatabase();
    const failure = db.migrate('x', ['CREATE TABLE c (x INTEGER)', bad]);
    await expect(failure).rejects.toMatchObject({
      code: 'STATE_MIGRATION_FAILED',
      message: expect.stringContaining(bad.startsWith('INSERT') ? 'Migration 2 of x failed' : reason),
    });
    await db.migrate('y', ['CREATE TABLE d (x INTEGER)']);
    expect(await db.all('SELECT * FROM d')).toEqual([]);
  });
});
