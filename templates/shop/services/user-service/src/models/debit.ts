import { Rejected, type Sql, z } from '@mscli/runtime';
import { findUser, returnMoney, takeMoney } from './user.js';

/** In cents. */
export const newDebit = z.object({ amount: z.int().nonnegative() });

export const debited = newDebit.extend({ orderId: z.string(), userId: z.string() });
export type Debit = z.infer<typeof debited>;

interface Row extends Debit {
  state: 'taken' | 'refunded';
}

export const debitMigrations = [
  `CREATE TABLE debit (
    orderId TEXT PRIMARY KEY,
    userId TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('taken', 'refunded'))
  ) STRICT`,
];

/** Takes money for an order. Asked again for the same order, it answers with what is taken already. */
export async function debit(tx: Sql, wanted: Debit): Promise<Debit> {
  const { orderId, userId, amount } = wanted;
  const earlier = await findDebit(tx, orderId);
  if (earlier?.state === 'refunded') throw new Rejected(`Order ${orderId} was given up: its money is refunded.`);
  if (earlier) return { orderId, userId: earlier.userId, amount: earlier.amount };

  if (!(await takeMoney(tx, userId, amount))) {
    const user = await findUser(tx, userId);
    if (!user) throw new Rejected(`User ${userId} has no wallet.`, { status: 404 });
    throw new Rejected(`The wallet holds ${user.balance} cents, ${amount} are wanted.`);
  }
  await insertRow(tx, { orderId, userId, amount, state: 'taken' });
  return { orderId, userId, amount };
}

/**
 * Gives the money of an order back. An order that has taken none yet is marked as refunded all the same: its debit may
 * still be on the way, and must then find the door closed.
 */
export async function refund(tx: Sql, { orderId, userId }: Pick<Debit, 'orderId' | 'userId'>): Promise<void> {
  const earlier = await findDebit(tx, orderId);
  if (!earlier) return insertRow(tx, { orderId, userId, amount: 0, state: 'refunded' });
  if (earlier.state === 'refunded') return;
  await returnMoney(tx, earlier.userId, earlier.amount);
  await tx.run("UPDATE debit SET state = 'refunded' WHERE orderId = ?", [orderId]);
}

const findDebit = (db: Sql, orderId: string) => db.get<Row>('SELECT * FROM debit WHERE orderId = ?', [orderId]);

async function insertRow(db: Sql, row: Row): Promise<void> {
  await db.run('INSERT INTO debit (orderId, userId, amount, state) VALUES (?, ?, ?, ?)', [
    row.orderId,
    row.userId,
    row.amount,
    row.state,
  ]);
}
