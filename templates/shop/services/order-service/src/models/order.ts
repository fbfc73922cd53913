import { type Sql, z } from '@mscli/runtime';

export const newOrder = z.object({ productId: z.string().min(1), quantity: z.int().min(1).max(1000) });

export const order = newOrder
  .extend({
    id: z.uuid(),
    userId: z.uuid(),
    state: z.enum(['pending', 'confirmed', 'rejected']),
    total: z.int().nullable().describe('In cents, once it is known.'),
    reason: z.string().nullable().describe('Why it was rejected.'),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof order>;
export type NewOrder = Pick<Order, 'id' | 'userId' | 'productId' | 'quantity'>;

export const orderMigrations = [
  `CREATE TABLE customerOrder (
    id TEXT PRIMARY KEY,
    userId TEXT NOT NULL,
    productId TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'confirmed', 'rejected')),
    total INTEGER,
    reason TEXT
  ) STRICT`,
  'CREATE INDEX customerOrderByUser ON customerOrder (userId)',
];

/** Does nothing when the order is there already. */
export const insertOrder = (db: Sql, order: NewOrder) =>
  db.run(
    'INSERT INTO customerOrder (id, userId, productId, quantity) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    [order.id, order.userId, order.productId, order.quantity],
  );

export const findOrder = (db: Sql, id: string) => db.get<Order>('SELECT * FROM customerOrder WHERE id = ?', [id]);

export const listOrders = (db: Sql, userId: string) =>
  db.all<Order>('SELECT * FROM customerOrder WHERE userId = ? ORDER BY rowid DESC LIMIT 100', [userId]);

/** False when the order was not pending, so that what follows from a confirmation happens once. */
export async function confirmOrder(db: Sql, id: string, total: number): Promise<boolean> {
  const { changes } = await db.run(
    "UPDATE customerOrder SET state = 'confirmed', total = ? WHERE id = ? AND state = 'pending'",
    [total, id],
  );
  return changes === 1;
}

export const rejectOrder = (db: Sql, id: string, reason: string) =>
  db.run("UPDATE customerOrder SET state = 'rejected', reason = ? WHERE id = ? AND state = 'pending'", [reason, id]);
