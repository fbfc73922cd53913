import { COUNTED, type Counted, type Counters, Counts } from '../counters.js';
import type { Rates } from '../rates.js';
import { deliveredOf } from '../stats.js';

/** What a queue counts, by RabbitMQ's names. */
const OF_QUEUES = [
  ['publish', 'publish'],
  ['deliver', 'deliver'],
  ['deliver_no_ack', 'deliverNoAck'],
  ['get', 'get'],
  ['get_no_ack', 'getNoAck'],
  ['get_empty', 'getEmpty'],
  ['redeliver', 'redeliver'],
  ['ack', 'ack'],
] as const;

/** What only a virtual host or the whole broker counts. */
const OF_HOSTS = [
  ...OF_QUEUES,
  ['confirm', 'confirm'],
  ['return_unroutable', 'returnUnroutable'],
  ['drop_unroutable', 'dropUnroutable'],
] as const;

/** RabbitMQ's `message_stats` of a queue: counts, and what they grow by a second. */
export function queueMessageStats(counters: Counters, rates: Rates): object {
  return stats(OF_QUEUES, counters, rates.of(counters));
}

/** Those of several virtual hosts together. */
export function hostMessageStats(counters: readonly Counters[], rates: Rates): object {
  return stats(OF_HOSTS, sum(counters), sum(counters.map((each) => rates.of(each))));
}

function stats(names: readonly (readonly [string, Counted])[], counts: Counts, rates: Counts): object {
  const named = names.flatMap(([name, counted]) => detailed(name, counts[counted], rates[counted]));
  return Object.fromEntries([...named, ...detailed('deliver_get', deliveredOf(counts), deliveredOf(rates))]);
}

function detailed(name: string, count: number, rate: number): [string, unknown][] {
  return [
    [name, count],
    [`${name}_details`, { rate: Math.round(rate * 100) / 100 }],
  ];
}

function sum(all: readonly Counts[]): Counts {
  const total = new Counts();
  for (const each of all) for (const name of COUNTED) total[name] += each[name];
  return total;
}
