import type { Listener } from './connection/listen.js';
import type { Counts } from './counters.js';
import type { Queue } from './queue/queue.js';
import type { Rates } from './rates.js';
import type { VirtualHosts } from './virtual-hosts.js';

/** Messages a second, over the last five to ten seconds. */
export interface QueueRates {
  /** Put into the queue by publishers. */
  published: number;
  /** Delivered to consumers or got, again included. */
  delivered: number;
  acknowledged: number;
}

/** Messages a second, over the last five to ten seconds. */
export interface BrokerRates extends QueueRates {
  /** Published, routed or not; one for each message, however many queues it reached. */
  published: number;
  /** Confirmed to their publishers. */
  confirmed: number;
}

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
  rates: QueueRates;
}

/** What the broker holds at one moment. */
export interface BrokerStats {
  connections: number;
  channels: number;
  consumers: number;
  exchanges: number;
  queues: QueueStats[];
  rates: BrokerRates;
  /** Bytes of the journal on disk; 0 for a broker that keeps everything in memory. */
  journalBytes: number;
  /** Bytes of memory that messages in queues take; publishers are blocked above the limit `memoryBytes`. */
  memoryBytes: number;
  /** Those of them that are contents of messages; beyond the limit `residentBytes` contents lie in files. */
  residentBytes: number;
  /** Bytes of memory that the whole process takes (its resident set). */
  processBytes: number;
}

export function statsOf(
  { all, journalBytes, pager }: VirtualHosts,
  { connections }: Listener,
  rates: Rates,
): BrokerStats {
  const queues = all.flatMap(({ name, queues }) => [...queues.values()].map((queue) => queueStats(queue, name, rates)));
  return {
    connections: connections.size,
    channels: [...connections].reduce((sum, { session }) => sum + (session?.channels.size ?? 0), 0),
    consumers: queues.reduce((sum, { consumers }) => sum + consumers, 0),
    exchanges: all.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
    queues,
    rates: brokerRates(all.map(({ counters }) => rates.of(counters))),
    journalBytes,
    memoryBytes: pager.used,
    residentBytes: pager.residentBytes,
    processBytes: process.memoryUsage.rss(),
  };
}

/** Deliveries of every kind, as RabbitMQ's `deliver_get` counts them. */
export function deliveredOf({ deliver, deliverNoAck, get, getNoAck }: Readonly<Counts>): number {
  return deliver + deliverNoAck + get + getNoAck;
}

function queueStats(queue: Queue, vhost: string, rates: Rates): QueueStats {
  return {
    vhost: utf8(vhost),
    name: utf8(queue.name),
    durable: queue.durable,
    ready: queue.ready.length,
    unacked: queue.unacked.size,
    consumers: queue.consumers.size,
    rates: ratesOf(rates.of(queue.counters)),
  };
}

function brokerRates(ofHosts: readonly Counts[]): BrokerRates {
  const sum: BrokerRates = { published: 0, delivered: 0, acknowledged: 0, confirmed: 0 };
  for (const rates of ofHosts) {
    const { published, delivered, acknowledged } = ratesOf(rates);
    sum.published += published;
    sum.delivered += delivered;
    sum.acknowledged += acknowledged;
    sum.confirmed += rates.confirm;
  }
  return sum;
}

function ratesOf(rates: Counts): QueueRates {
  return { published: rates.publish, delivered: deliveredOf(rates), acknowledged: rates.ack };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
