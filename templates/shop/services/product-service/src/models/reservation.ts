import { Rejected, type Sql, z } from '@mscli/runtime';
import { findProduct, returnStock, takeStock } from './product.js';

export const newReservation = z.object({ productId: z.string(), quantity: z.int().positive() });
export type NewReservation = z.infer<typeof newReservation>;

export const reservation = newReservation.extend({
  orderId: z.string(),
  total: z.int().describe('Of all pieces, in cents.'),
});
export type Reservation = z.infer<typeof reservation>;

interface Row extends Reservation {
  state: 'held' | 'released';
}

export const reservationMigrations = [
  `CREATE TABLE reservation (
    orderId TEXT PRIMARY KEY,
    productId TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    total INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'released'))
  ) STRICT`,
];

/** Takes stock for an order. Asked again for the same order, it answers with what is held already. */
export async function reserve(
  tx: Sql,
  wanted: Pick<Reservation, 'orderId' | 'productId' | 'quantity'>,
): Promise<Reservation> {
  const { orderId, productId, quantity } = wanted;
  const earlier = await findReservation(tx, orderId);
  if (earlier?.state === 'released') throw new Rejected(`Order ${orderId} was given up: its stock is released.`);
  if (earlier) return { orderId, productId: earlier.productId, quantity: earlier.quantity, total: earlier.total };

  const product = await findProduct(tx, productId);
  if (!product) throw new Rejected(`There is no product "${productId}".`, { status: 404 });
  if (!(await takeStock(tx, productId, quantity))) {
    throw new Rejected(`${product.stock} of "${productId}" are in stock, ${quantity} are wanted.`);
  }
  const reservation = { orderId, productId, quantity, total: product.price * quantity };
  await insertRow(tx, { ...reservation, state: 'held' });
  return reservation;
}

/**
 * Gives the stock of an order back. An order that has reserved nothing yet is marked as released all the same: its
 * reservation may still be on the way, and must then find the door closed.
 */
export async function release(tx: Sql, orderId: string): Promise<void> {
  const earlier = await findReservation(tx, orderId);
  if (!earlier) return insertRow(tx, { orderId, productId: '', quantity: 0, total: 0, state: 'released' });
  if (earlier.state === 'released') return;
  await returnStock(tx, earlier.productId, earlier.quantity);
  await tx.run("UPDATE reservation SET state = 'released' WHERE orderId = ?", [orderId]);
}

const findReservation = (db: Sql, orderId: string) =>
  db.get<Row>('SELECT * FROM reservation WHERE orderId = ?', [orderId]);

async function insertRow(db: Sql, row: Row): Promise<void> {
  await db.run('INSERT INTO reservation (orderId, productId, quantity, total, state) VALUES (?, ?, ?, ?, ?)', [
    row.orderId,
    row.productId,
    row.quantity,
    row.total,
    row.state,
  ]);
}
