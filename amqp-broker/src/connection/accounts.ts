import { hashPassword, isPassword, NO_PASSWORD, type PasswordHash } from './password-hash.js';

/** A user: who may log in, and where to. Names are text here, not AMQP's byte strings. */
export interface Account {
  readonly password: PasswordHash;
  /** What the management API lets it do, such as `administrator`. */
  readonly tags: readonly string[];
  /** Names, as byte strings, of the virtual hosts that it may use; undefined for all, those to come included. */
  readonly hosts: Set<string> | undefined;
}

/** The users of a broker: those it was started with, who may do everything, and those that the management API adds while it runs. */
export class Accounts {
  private readonly accounts = new Map<string, Account>();

  constructor(passwords: Readonly<Record<string, string>>) {
    for (const [name, password] of Object.entries(passwords)) {
      this.accounts.set(name, { password: hashPassword(password), tags: ['administrator'], hosts: undefined });
    }
  }

  get names(): string[] {
    return [...this.accounts.keys()];
  }

  find(name: string): Account | undefined {
    return this.accounts.get(name);
  }

  /** Adds a user, who may use no virtual host yet, or changes one; answers whether it is new. */
  put(name: string, { password, tags }: Pick<Account, 'password' | 'tags'>): boolean {
    const known = this.accounts.get(name);
    this.accounts.set(name, { password, tags, hosts: known === undefined ? new Set() : known.hosts });
    return known === undefined;
  }

  /** Answers false when there is none of that name. */
  remove(name: string): boolean {
    return this.accounts.delete(name);
  }

  /** Whether the password is the user's. For names that nobody has it takes as long. */
  verify(name: string, password: string): boolean {
    return isPassword(password, this.accounts.get(name)?.password ?? NO_PASSWORD);
  }

  /** Whether the user may use the virtual host, named by a byte string. */
  mayUse(name: string, host: string): boolean {
    const account = this.accounts.get(name);
    return account !== undefined && (account.hosts === undefined || account.hosts.has(host));
  }

  /** A virtual host is gone: nobody may use one of its name that comes later. */
  forgetHost(host: string): void {
    for (const { hosts } of this.accounts.values()) hosts?.delete(host);
  }
}
