import type { Exchange } from './exchange/exchange.js';
import type { Queue } from './queue/queue.js';
import type { Journal } from './store/journal.js';

/** The exchanges and queues of a virtual host by their names, and where their durable changes are written down. */
export interface Topology {
  /** The virtual host's name. */
  readonly name: string;
  readonly exchanges: Map<string, Exchange>;
  readonly queues: Map<string, Queue>;
  readonly journal: Journal;
}
