import { userInfo } from 'node:os';

/** Who gives an order: the name of the user of this process, or its number where the system knows no name. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
