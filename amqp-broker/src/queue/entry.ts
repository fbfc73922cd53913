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

/** What a queue knows of a message that it takes. */
export interface EntryFacts {
  sequence: number;
  stored: boolean;
  /** The queue's x-message-ttl; the message's own expiration counts too, the shorter of both holds. */
  messageTtlMs: number | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** A message's place in a queue, fresh: never delivered. */
export function newEntry(message: Message, { sequence, stored, messageTtlMs, now }: EntryFacts): Entry {
  const never = Number.POSITIVE_INFINITY;
  const ttl = Math.min(message.expirationMs ?? never, messageTtlMs ?? never);
  return { message, sequence, expiresAt: now + ttl, stored, storedBytes: 0, redelivered: false, returns: 0 };
}
