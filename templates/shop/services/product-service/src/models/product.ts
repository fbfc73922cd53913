import { type Sql, z } from '@mscli/runtime';

export const product = z
  .object({
    id: z.string(),
    name: z.string(),
    price: z.int().describe('In cents.'),
    stock: z.int(),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof product>;

export const productMigrations = [
  `CREATE TABLE product (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0),
    stock INTEGER NOT NULL CHECK (stock >= 0)
  ) STRICT`,
  `INSERT INTO product (id, name, price, stock) VALUES
    ('keyboard', 'Mechanical keyboard', 4900, 10),
    ('monitor', '27-inch monitor', 24900, 3),
    ('mouse', 'Wireless mouse', 1900, 25)`,
];

export const listProducts = (db: Sql) => db.all<Product>('SELECT * FROM product ORDER BY id');

export const findProduct = (db: Sql, id: string) => db.get<Product>('SELECT * FROM product WHERE id = ?', [id]);

/** False when less than `quantity` is left. */
export async function takeStock(db: Sql, id: string, quantity: number): Promise<boolean> {
  const { changes } = await db.run('UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ?', [
    quantity,
    id,
    quantity,
  ]);
  return changes === 1;
}

export const returnStock = (db: Sql, id: string, quantity: number) =>
  db.run('UPDATE product SET stock = stock + ? WHERE id = ?', [quantity, id]);
