import type { Entry } from './entry.js';

/** Messages that wait in a queue since before the broker started; an entry is only made of one when somebody needs it. */
export interface Backlog {
  /** How many are left. */
  readonly length: number;
  /** Bytes of the bodies of those that are left. */
  readonly bytes: number;
  /** The highest sequence. */
  readonly last: number;
  /** When the first of them expires, in milliseconds since the epoch; Infinity for never. */
  readonly expiresAt: number;
  next(): Entry | undefined;
}
