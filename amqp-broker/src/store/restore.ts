import { Exchange, isExchangeType } from '../exchange/exchange.js';
import { readPolicy } from '../queue/policy.js';
import { Queue } from '../queue/queue.js';
import { describe } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import type { StoredState } from './stored-state.js';

/** Builds exchanges, queues, bindings and messages as the journal has them, without writing them down again. */
export function restore(host: VirtualHost, state: StoredState): void {
  for (const { type, ...exchange } of state.exchanges.values()) {
    if (isExchangeType(type)) host.exchanges.set(exchange.name, new Exchange({ ...exchange, type, durable: true }));
  }
  for (const { id, entries, ...stored } of state.queues.values()) {
    const policy = readPolicy(stored.arguments, describe('queue', stored.name, host.name));
    const queue = new Queue(id, { ...stored, durable: true, declaredDurable: true, policy }, host);
    host.queues.set(queue.name, queue);
    const inOrder = [...entries.values()].sort((a, b) => a.sequence - b.sequence);
    for (const entry of inOrder) queue.restore(entry);
  }
  for (const { source, destination, routingKey, arguments: args } of state.bindings.values()) {
    const target =
      destination.kind === 'queue' ? host.queues.get(destination.name) : host.exchanges.get(destination.name);
    if (target !== undefined) host.exchanges.get(source)?.bind(target, routingKey, args);
  }
  host.reserveQueueId(state.lastQueueId);
}
