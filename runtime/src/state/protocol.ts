import type { SqlParams } from './database.js';

/** Which method of `Sql` a statement was given to. */
export type Method = 'get' | 'all' | 'run';

/** One statement and its values. */
export interface Statement {
  readonly method: Method;
  readonly sql: string;
  readonly params: SqlParams;
}

/** What the worker is asked; each request with an id is answered once. */
export type Request =
  | ({ readonly op: 'read'; readonly id: number } & Statement)
  | ({ readonly op: 'write'; readonly id: number } & Statement)
  | { readonly op: 'begin'; readonly tx: number }
  | ({ readonly op: 'step'; readonly id: number; readonly tx: number } & Statement)
  | { readonly op: 'end'; readonly id: number; readonly tx: number; readonly commit: boolean }
  | { readonly op: 'migrate'; readonly id: number; readonly scope: string; readonly migrations: readonly string[] }
  | { readonly op: 'close'; readonly id: number };

/** An error as it crosses the thread boundary. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What the worker says. */
export type Answer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: Fault }
  | { readonly kind: 'expired'; readonly tx: number; readonly fault: Fault };

/** What the worker is started with. */
export interface WorkerOptions {
  readonly path: string;
  readonly transactionLimitMs: number;
  readonly busyLimitMs: number;
}
