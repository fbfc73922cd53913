import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databasePath, openDatabase } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from './temp-state.js';

const notes = ['CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)'];

describe('openDatabase', () => {
  it('keeps what was written when it is opened again', async () => {
    const stateUrl = await tempStateUrl();
    const first = await openDatabase({ stateUrl, service: 'note-service', migrations: notes });
    expect(await first.run('INSERT INTO note (text) VALUES (?)', ['hello'])).toEqual({
      changes: 1,
      lastInsertRowid: 1,
    });
    await first.close();
    const second = await tempDatabase({ stateUrl, service: 'note-service', migrations: notes });
    expect(await second.get('SELECT * FROM note WHERE text = :text', { text: 'hello' })).toEqual({
      id: 1,
      text: 'hello',
    });
    expect(await second.get('SELECT * FROM note WHERE id = 2')).toBeUndefined();
    expect(await second.get('PRAGMA synchronous')).toBeDefined();
  });

  it('runs writes that come in through all()', async () => {
    const db = await tempDatabase({ migrations: notes });
    expect(await db.all("INSERT INTO note (text) VALUES ('a'), ('b') RETURNING id")).toEqual([{ id: 1 }, { id: 2 }]);
    await expect(db.all("INSERT INTO note (text) VALUES ('a') RETURNING id")).rejects.toMatchObject({
      code: 'STATE_CONSTRAINT',
    });
    expect(await db.get("INSERT INTO note (text) VALUES ('c') RETURNING id")).toEqual({ id: 3 });
    expect(await db.all('SELECT count(*) AS n FROM note')).toEqual([{ n: 3 }]);
  });

  it('tells a constraint from other refusals, and keeps the neighbours of a refused write', async () => {
    const db = await tempDatabase({ migrations: notes });
    const outcomes = await Promise.allSettled([
      db.run("INSERT INTO note (text) VALUES ('a')"),
      db.run("INSERT INTO note (text) VALUES ('a')"),
      db.run('INSERT INTO nowhere VALUES (1)'),
      db.run("INSERT INTO note (text) VALUES ('b')"),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'STATE_CONSTRAINT', message: expect.stringContaining('UNIQUE constraint failed: note.text') } },
      { reason: { code: 'STATE_SQL', message: expect.stringContaining('no such table: nowhere') } },
      { status: 'fulfilled' },
    ]);
    expect(await db.all('SELECT text FROM note')).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it.each([
    [[true], 'Parameter 1 of .* is a boolean'],
    [['x', undefined], 'Parameter 2 of .* is undefined'],
    [{ when: new Date() }, 'Parameter "when" of .* is an object \\(Date\\)'],
  ])('refuses a parameter that SQLite has no type for: %o', async (params, message) => {
    const db = await tempDatabase({ migrations: notes });
    await expect(db.run('INSERT INTO note VALUES (?, ?)', params as never)).rejects.toThrow(new RegExp(message));
  });

  it('answers what was queued before close, and refuses what comes later', async () => {
    const db = await tempDatabase({ migrations: notes });
    const writes = Array.from({ length: 50 }, (_, n) => db.run('INSERT INTO note (text) VALUES (?)', [`${n}`]));
    const inTransaction = db.transaction(async (tx) => {
      await tx.run("INSERT INTO note (text) VALUES ('x')");
      return tx.get<{ n: number }>('SELECT count(*) AS n FROM note');
    });
    const closed = db.close();
    await expect(db.run("INSERT INTO note (text) VALUES ('late')")).rejects.toMatchObject({ code: 'STATE_CLOSED' });
    await closed;
    expect(await Promise.all(writes)).toHaveLength(50);
    expect(await inTransaction).toEqual({ n: 51 });
    await db.close();
  });

  it('refuses state that is no absolute file: URL, without showing a password', async () => {
    for (const stateUrl of ['postgres://ann:secret@db/shop', 'file:.mscli', '/home/ann/.mscli']) {
      const refusal = await openDatabase({ stateUrl, service: 'note-service' }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'MscliError', code: 'STATE_URL' });
      expect(String(refusal)).not.toContain('secret');
    }
    expect(() => databasePath('file:///tmp', '../etc/passwd')).toThrow(/cannot name a database file/);
  });

  it('says which file is no database', async () => {
    const stateUrl = await tempStateUrl();
    const path = databasePath(stateUrl, 'order-service');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'this is not a database '.repeat(100));
    await expect(openDatabase({ stateUrl, service: 'order-service' })).rejects.toMatchObject({
      code: 'STATE_OPEN',
      message: expect.stringContaining(path),
    });
  });
});
