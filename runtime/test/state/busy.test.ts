import { DatabaseSync } from '@photostructure/sqlite';
import { expect, it } from 'vitest';
import { tempDatabase } from './temp-state.js';

it('waits for another process that holds the file, serves reads meanwhile, and gives up at its limit', async () => {
  const db = await tempDatabase({ migrations: ['CREATE TABLE a (x INTEGER)'], busyLimitMs: 200 });
  const other = new DatabaseSync(db.path);
  other.exec('BEGIN IMMEDIATE; INSERT INTO a VALUES (1)');
  const refused = await Promise.allSettled([
    db.run('INSERT INTO a VALUES (2)'),
    db.transaction((tx) => tx.run('INSERT INTO a VALUES (3)')),
    db.transaction(async () => 'nothing'),
    db.all('SELECT * FROM a'),
  ]);
  const busy = { status: 'rejected', reason: { code: 'STATE_BUSY', message: expect.stringContaining(db.path) } };
  expect(refused).toMatchObject([busy, busy, busy, { status: 'fulfilled', value: [] }]);

  const patient = [db.run('INSERT INTO a VALUES (4)'), db.transaction((tx) => tx.run('INSERT INTO a VALUES (5)'))];
  other.exec('COMMIT');
  other.close();
  await Promise.all(patient);
  expect(await db.all('SELECT x FROM a ORDER BY x')).toEqual([{ x: 1 }, { x: 4 }, { x: 5 }]);
});
