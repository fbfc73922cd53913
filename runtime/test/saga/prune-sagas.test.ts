import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { saga } from '../../src/saga/index.js';
import { pruneSagas } from '../../src/saga/prune-sagas.js';
import type { Database } from '../../src/state/index.js';
import { atOnce, tempRunner } from './temp-runner.js';

const hour = 3_600_000;
const place = saga('place-order', z.object({ fate: z.enum(['completes', 'gets stuck']) })).compensatable('reserve', {
  async do({ input }) {
    if (input.fate === 'gets stuck') throw Object.assign(new Error('lost'), { outcomeUnknown: true });
  },
  async undo() {
    throw new Error('no');
  },
  retry: { attempts: 1, ...atOnce },
  undoRetry: { attempts: 1, ...atOnce },
});

async function aJournal(...fates: ('completes' | 'gets stuck')[]): Promise<Database> {
  const { runner, db } = await tempRunner([place]);
  for (const [index, fate] of fates.entries()) {
    await runner.wait((await runner.start(place, { fate }, { id: `saga-${index}` })).id);
    await db.run('UPDATE mscli_saga SET ended_at = ? WHERE id = ?', [
      Date.now() - (10 - index) * hour,
      `saga-${index}`,
    ]);
  }
  return db;
}

const idsOf = async (db: Database, table: string, column: string) =>
  (await db.all<{ id: string }>(`SELECT DISTINCT ${column} AS id FROM ${table} ORDER BY 1`)).map(({ id }) => id);

describe('pruneSagas', () => {
  it('removes what ended long ago, with its steps and attempts, a few at a time, but nothing stuck', async () => {
    const db = await aJournal('completes', 'gets stuck', 'completes', 'completes', 'completes');
    const retention = { keepMs: 6.5 * hour, keepAtMost: 100 };
    expect(await pruneSagas(db, retention, 2)).toBe(2);
    expect(await pruneSagas(db, retention, 2)).toBe(1);
    expect(await pruneSagas(db, retention, 2)).toBe(0);
    for (const [table, column] of [
      ['mscli_saga', 'id'],
      ['mscli_saga_step', 'saga_id'],
      ['mscli_saga_attempt', 'saga_id'],
    ] as const) {
      expect(await idsOf(db, table, column)).toEqual(['saga-1', 'saga-4']);
    }
  });

  it('removes the oldest where there are too many, but for those of the last hour', async () => {
    const db = await aJournal('completes', 'completes', 'completes', 'completes');
    expect(await pruneSagas(db, { keepMs: 1000 * hour, keepAtMost: 3 }, 100)).toBe(1);
    expect(await idsOf(db, 'mscli_saga', 'id')).toEqual(['saga-1', 'saga-2', 'saga-3']);
    await db.run('UPDATE mscli_saga SET ended_at = ?', [Date.now() - hour / 2]);
    expect(await pruneSagas(db, { keepMs: 1000 * hour, keepAtMost: 1 }, 100)).toBe(0);
  });
});
