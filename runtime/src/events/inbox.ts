import type { Database, Transaction } from '../state/index.js';
import type { Event } from './event.js';

/**
 * Runs `work` once per event and subscription: the event's source and id are written in the same transaction, so that a
 * second delivery, even one handled at the same time elsewhere, finds them.
 *
 * @returns what `work` returned, or undefined when it has been done before
 */
export function oncePerEvent<T>(
  db: Database,
  subscription: string,
  event: Event,
  work: (tx: Transaction) => Promise<T>,
  now: () => number = Date.now,
): Promise<T | undefined> {
  return db.transaction(async (tx) => {
    const { changes } = await tx.run(
      'INSERT INTO mscli_inbox (subscription, event, handled_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      [subscription, `${event.source} ${event.id}`, now()],
    );
    return changes === 0 ? undefined : work(tx);
  });
}

/**
 * Forgets some events that were handled longer ago than `keepMs`; a delivery later than that would be handled again.
 *
 * @param limit most events at once: the file is locked meanwhile
 * @returns how many it has forgotten; fewer than `limit` when there are no more
 */
export async function pruneInbox(
  db: Database,
  keepMs: number,
  limit: number,
  now: () => number = Date.now,
): Promise<number> {
  const { changes } = await db.run(
    `DELETE FROM mscli_inbox WHERE (subscription, event) IN
       (SELECT subscription, event FROM mscli_inbox WHERE handled_at < ? ORDER BY handled_at LIMIT ?)`,
    [now() - keepMs, limit],
  );
  return changes;
}
