import type { Binding } from '../exchange/binding.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Log, LogLine } from '../log.js';
import type { Message } from '../message.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { Pager } from './pager.js';

/** One copy of a message: which queue, which entry. */
export interface Copy {
  readonly queue: Queue;
  readonly entry: Entry;
}

/** Told when what was written before it is safe, or cannot be made so. */
export interface Waiter {
  /** Everything up to the publish of this number is on disk (or the disk refused it). */
  stored(publish: number, ok: boolean): void;
}

/** Where durable things are written down. Calls return at once; `wait` tells when they are safe. */
export interface Journal {
  /** False for a broker without a data directory: nothing is stored and nothing needs to be waited for. */
  readonly durable: boolean;
  /** Counts what messages take in memory, and pages them out. */
  readonly pager: Pager;
  /** Whether the disk refuses what is written to it. */
  readonly failing: boolean;
  exchangeDeclared(exchange: Exchange): void;
  exchangeDeleted(exchange: Exchange): void;
  queueDeclared(queue: Queue): void;
  queueDeleted(queue: Queue): void;
  bound(binding: Binding): void;
  unbound(binding: Binding): void;
  /** The message with all its stored copies. */
  published(message: Message, copies: readonly Copy[]): void;
  delivered(queue: Queue, entry: Entry): void;
  settled(queue: Queue, entry: Entry): void;
  /** Tells the waiter once everything written so far is synced. */
  wait(waiter: Waiter, publish: number): void;
  /** Resolves once everything written so far is synced. */
  flush(): Promise<void>;
  /** Whether so much is waiting for the disk that publishers should be held back. */
  readonly congested: boolean;
  /** A message of the queue cannot be read back. */
  lost(queue: Queue, error: unknown): void;
  /** Bytes on disk. */
  readonly size: number;
  close(): Promise<void>;
}

/** The journal of a broker that keeps everything in memory. */
export function noJournal(pager: Pager, log: Log): Journal {
  return {
    durable: false,
    failing: false,
    congested: false,
    size: 0,
    pager,
    lost: (queue, error) => log(describeLoss(queue, error)),
    exchangeDeclared() {},
    exchangeDeleted() {},
    queueDeclared() {},
    queueDeleted() {},
    bound() {},
    unbound() {},
    published() {},
    delivered() {},
    settled() {},
    wait(waiter, publish) {
      waiter.stored(publish, true);
    },
    async flush() {},
    async close() {},
  };
}

export function describeLoss(queue: Queue, error: unknown): LogLine {
  return {
    level: 'error',
    message: 'a message cannot be read back from the disk and is dropped',
    queue: queue.name,
    error: String(error),
  };
}
