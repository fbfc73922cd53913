import type { Message } from '../message.js';
import type { Queue } from '../queue/queue.js';
import type { Topology } from '../topology.js';
import type { Exchange } from './exchange.js';

/** Where exchanges and queues are found by name. */
type Named = Pick<Topology, 'exchanges' | 'queues'>;

const NO_QUEUES: readonly Queue[] = [];

/** The queues that a message reaches, each once, through bound and alternate exchanges; cycles end at an exchange already seen. */
export function route(
  topology: Named,
  exchange: Exchange,
  routingKeys: readonly string[],
  message: Message,
): readonly Queue[] {
  if (exchange.name === '' && routingKeys.length === 1) {
    const queue = topology.queues.get(routingKeys[0] as string);
    return queue === undefined ? NO_QUEUES : [queue];
  }
  const queues = new Set<Queue>();
  const seen = new Set<Exchange>();
  const toVisit = [exchange];
  for (let next = toVisit.pop(); next !== undefined; next = toVisit.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    toVisit.push(...visit(topology, next, routingKeys, message, queues));
  }
  return [...queues];
}

function visit(
  topology: Named,
  exchange: Exchange,
  routingKeys: readonly string[],
  message: Message,
  queues: Set<Queue>,
): Exchange[] {
  const further: Exchange[] = [];
  let matched = false;
  for (const key of routingKeys) {
    const destinations = exchange.name === '' ? named(topology, key) : exchange.match(key, message);
    for (const destination of destinations) {
      matched = true;
      if (destination.kind === 'queue') queues.add(destination);
      else further.push(destination);
    }
  }
  if (!matched && exchange.alternate !== undefined) {
    const alternate = topology.exchanges.get(exchange.alternate);
    if (alternate !== undefined) further.push(alternate);
  }
  return further;
}

function named(topology: Named, name: string): readonly Queue[] {
  const queue = topology.queues.get(name);
  return queue === undefined ? NO_QUEUES : [queue];
}
