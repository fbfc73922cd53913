import { type Sql, z } from '@mscli/runtime';

export const newName = z.object({ name: z.string().trim().min(1).max(100) });
export type NewName = z.infer<typeof newName>;

export const user = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    balance: z.int().describe('What the wallet holds, in cents.'),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof user>;

export const userMigrations = [
  `CREATE TABLE user (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT,
    balance INTEGER NOT NULL CHECK (balance >= 0)
  ) STRICT`,
];

export const insertUser = (db: Sql, user: Omit<User, 'name'>) =>
  db.run('INSERT INTO user (id, email, balance) VALUES (?, ?, ?)', [user.id, user.email, user.balance]);

export const findUser = (db: Sql, id: string) => db.get<User>('SELECT * FROM user WHERE id = ?', [id]);

export const renameUser = (db: Sql, id: string, name: string) =>
  db.run('UPDATE user SET name = ? WHERE id = ?', [name, id]);

/** False when the wallet holds less than `amount` or does not exist. */
export async function takeMoney(db: Sql, userId: string, amount: number): Promise<boolean> {
  const { changes } = await db.run('UPDATE user SET balance = balance - ? WHERE id = ? AND balance >= ?', [
    amount,
    userId,
    amount,
  ]);
  return changes === 1;
}

export const returnMoney = (db: Sql, userId: string, amount: number) =>
  db.run('UPDATE user SET balance = balance + ? WHERE id = ?', [amount, userId]);
