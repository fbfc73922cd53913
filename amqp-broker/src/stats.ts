import type { Queue } from './queue/queue.js';

/** One queue as `stats()` shows it. */
export interface QueueStats {
  name: string;
  durable: boolean;
  /** Messages waiting for a consumer. */
  ready: number;
  /** Messages delivered and not yet acknowledged. */
  unacked: number;
  consumers: number;
}

/** What the broker holds at one moment. */
export interface BrokerStats {
  connections: number;
  channels: number;
  exchanges: number;
  queues: QueueStats[];
  /** Bytes of the journal on disk; 0 for a broker that keeps everything in memory. */
  journalBytes: number;
}

export function queueStats(queue: Queue): QueueStats {
  return {
    name: Buffer.from(queue.name, 'latin1').toString('utf8'),
    durable: queue.durable,
    ready: queue.ready.length,
    unacked: queue.unacked.size,
    consumers: queue.consumers.size,
  };
}
