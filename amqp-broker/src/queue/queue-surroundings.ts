import type { Counters } from '../counters.js';
import type { Journal } from '../store/journal.js';
import type { DeathReason } from './dead-letter.js';
import type { DeliveryPace } from './delivery-pace.js';
import type { Entry } from './entry.js';
import type { Queue } from './queue.js';

/** What a queue needs from around it. */
export interface QueueSurroundings {
  readonly journal: Journal;
  /** What happens in all queues there. */
  readonly counters: Counters;
  /** How much they hand out in one turn of the event loop. */
  readonly pace: DeliveryPace;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Takes over a message that the queue gives up: sends it to the queue's dead-letter exchange, then has it settled. */
  deadLetter(queue: Queue, entry: Entry, reason: DeathReason): void;
  /** Sends no such message on before the work is done: in RabbitMQ too it comes back to its queue behind what the queue is at. */
  together<T>(work: () => T): T;
  /** A message could not be read back from the disk and is gone. */
  lost(queue: Queue, error: unknown): void;
  /** The queue's life is over: its last consumer left (auto-delete) or nobody used it (x-expires). */
  remove(queue: Queue): void;
}
