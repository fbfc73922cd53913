import type { Database } from '../state/database.js';

/** Which sagas a journal forgets. */
export interface SagaRetention {
  /** Those that ended longer ago, in ms. */
  readonly keepMs: number;
  /** The oldest beyond so many, but for those of the last hour. */
  readonly keepAtMost: number;
}

/** Starting a saga again under the id of one that ended so lately must start nothing, however many there are. */
const alwaysKeptMs = 3_600_000;

/**
 * Removes some sagas that completed or were compensated long ago; those that are stuck wait for a person and stay.
 *
 * @param limit most sagas at once: the file is locked meanwhile
 * @returns how many it has removed; fewer than `limit` when there are no more
 */
export async function pruneSagas(
  db: Database,
  { keepMs, keepAtMost }: SagaRetention,
  limit: number,
  now: () => number = Date.now,
): Promise<number> {
  const surplus = await db.get<{ ended_at: number }>(
    `SELECT ended_at FROM mscli_saga WHERE state IN ('completed', 'compensated') ORDER BY ended_at DESC LIMIT 1 OFFSET ?`,
    [keepAtMost],
  );
  const endedBy = Math.max(now() - keepMs, Math.min(surplus?.ended_at ?? 0, now() - alwaysKeptMs));
  const old = await db.all<{ id: string }>(
    `SELECT id FROM mscli_saga WHERE state IN ('completed', 'compensated') AND ended_at <= ? ORDER BY ended_at LIMIT ?`,
    [endedBy, limit],
  );
  if (old.length === 0) return 0;
  const ids = JSON.stringify(old.map(({ id }) => id));
  await db.transaction((tx) =>
    Promise.all([
      tx.run('DELETE FROM mscli_saga_attempt WHERE saga_id IN (SELECT value FROM json_each(?))', [ids]),
      tx.run('DELETE FROM mscli_saga_step WHERE saga_id IN (SELECT value FROM json_each(?))', [ids]),
      tx.run('DELETE FROM mscli_saga WHERE id IN (SELECT value FROM json_each(?))', [ids]),
    ]),
  );
  return old.length;
}
