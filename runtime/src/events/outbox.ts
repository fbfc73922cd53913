import type { Database, Transaction } from '../state/index.js';
import { EXCHANGE } from './topology.js';
import type { MessageProperties, OutgoingMessage } from './transport.js';

/** A message that waits in the outbox. */
export interface OutboxRow {
  readonly id: number;
  readonly message: OutgoingMessage;
}

interface StoredRow {
  readonly id: number;
  readonly routing_key: string;
  readonly content: Uint8Array;
  readonly properties: string;
}

/** Writes a message into the outbox: it leaves when the transaction commits. */
export async function appendToOutbox(tx: Transaction, message: OutgoingMessage): Promise<void> {
  await tx.run('INSERT INTO mscli_outbox (routing_key, content, properties) VALUES (?, ?, ?)', [
    message.routingKey,
    message.content,
    JSON.stringify(message.properties),
  ]);
}

/** Whether anything waits. */
export async function outboxIsEmpty(db: Database): Promise<boolean> {
  return (await db.get('SELECT 1 FROM mscli_outbox LIMIT 1')) === undefined;
}

/** How an instance takes its turn at the outbox. */
export interface Turn {
  readonly holder: string;
  /** Until when the turn lasts without being renewed, in ms. */
  readonly leaseMs: number;
  /** Most rows at once. */
  readonly limit: number;
  readonly now: number;
}

/**
 * Removes what has been published, and takes the next rows, oldest first, if it is or becomes this instance's turn:
 * one relay at a time keeps the order, and keeps instances from publishing each other's rows twice. Without further
 * rows the turn ends. A turn that lasts longer than any can is of a clock that has been set back since.
 *
 * @returns undefined when it is another instance's turn
 */
export function nextFromOutbox(
  db: Database,
  published: readonly number[],
  turn: Turn,
): Promise<readonly OutboxRow[] | undefined> {
  return db.transaction(async (tx) => {
    await remove(tx, published);
    const { changes } = await tx.run(
      `INSERT INTO mscli_outbox_relay (id, holder, until) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE holder = excluded.holder OR until NOT BETWEEN ? AND ?`,
      [turn.holder, turn.now + turn.leaseMs, turn.now, turn.now + 2 * turn.leaseMs],
    );
    if (changes === 0) return undefined;
    const rows = await tx.all<StoredRow>('SELECT * FROM mscli_outbox ORDER BY id LIMIT ?', [turn.limit]);
    if (rows.length === 0) await leave(tx, turn.holder);
    return rows.map(toRow);
  });
}

/** Removes what has been published, and lets another instance go on. */
export function endTurn(db: Database, holder: string, published: readonly number[]): Promise<void> {
  return db.transaction(async (tx) => {
    await remove(tx, published);
    await leave(tx, holder);
  });
}

async function remove(tx: Transaction, published: readonly number[]): Promise<void> {
  if (published.length === 0) return;
  await tx.run('DELETE FROM mscli_outbox WHERE id IN (SELECT value FROM json_each(?))', [JSON.stringify(published)]);
}

async function leave(tx: Transaction, holder: string): Promise<void> {
  await tx.run('DELETE FROM mscli_outbox_relay WHERE holder = ?', [holder]);
}

function toRow({ id, routing_key, content, properties }: StoredRow): OutboxRow {
  return {
    id,
    message: {
      exchange: EXCHANGE,
      routingKey: routing_key,
      content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
      properties: JSON.parse(properties) as MessageProperties,
    },
  };
}
