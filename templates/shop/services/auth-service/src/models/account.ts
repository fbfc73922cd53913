import { type Sql, z } from '@mscli/runtime';

export const credentials = z.object({
  // What browsers take for an address; only a mail that arrives proves more.
  email: z.email({ pattern: z.regexes.html5Email }).max(254).toLowerCase(),
  password: z.string().min(8).max(200),
});
export type Credentials = z.infer<typeof credentials>;

export interface Account {
  id: string;
  email: string;
  passwordHash: string;
}

export const accountMigrations = [
  `CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    passwordHash TEXT NOT NULL
  ) STRICT`,
];

/** False when the email address is taken. */
export async function insertAccount(db: Sql, account: Account): Promise<boolean> {
  const { changes } = await db.run(
    'INSERT INTO account (id, email, passwordHash) VALUES (?, ?, ?) ON CONFLICT (email) DO NOTHING',
    [account.id, account.email, account.passwordHash],
  );
  return changes === 1;
}

export const findAccount = (db: Sql, email: string) => db.get<Account>('SELECT * FROM account WHERE email = ?', [email]);
