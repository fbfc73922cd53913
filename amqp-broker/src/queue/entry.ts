import type { Message } from '../message.js';

/** One message in one queue. */
export interface Entry {
  readonly message: Message;
  /** Its place in the queue: later messages have higher numbers, and a requeued one keeps its own. */
  readonly sequence: number;
  /** When it expires, in milliseconds since the epoch; Infinity for never. */
  readonly expiresAt: number;
  /** Whether the journal holds it. */
  readonly stored: boolean;
  /** What it costs in the journal, in bytes; written by the journal. */
  storedBytes: number;
  redelivered: boolean;
  /** How often it came back from a consumer. */
  returns: number;
}
