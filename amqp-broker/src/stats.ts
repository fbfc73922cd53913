import type { Queue } from './queue/queue.js';

/** One queue as `stats()` shows it. */
export interface QueueStats {
  /** Its virtual host. */
  vhost: string;
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
  /** Bytes of memory that messages in queues take; publishers are blocked above the limit `memoryBytes`. */
  memoryBytes: number;
}

export function queueStats(queue: Queue, vhost: string): QueueStats {
  return {
    vhost: utf8(vhost),
    name: utf8(queue.name),
    durable: queue.durable,
    ready: queue.ready.length,
    unacked: queue.unacked.size,
    consumers: queue.consumers.size,
  };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
