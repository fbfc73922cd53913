import { Exchange, isExchangeType } from '../exchange/exchange.js';
import { readPolicy } from '../queue/policy.js';
import { Queue } from '../queue/queue.js';
import { describe } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import type { StoredBacklog } from './stored-backlog.js';
import type { StoredQueue, StoredState } from './stored-state.js';

/** A queue and what waits in it. */
export interface RestoredQueue {
  readonly stored: StoredQueue;
  readonly backlog: StoredBacklog;
}

/** Builds exchanges, queues, bindings and messages as the journal has them, without writing them down again. */
export function restore(host: VirtualHost, state: StoredState, backlogs: readonly RestoredQueue[]): void {
  const { pager } = host.journal;
  for (const { type, ...exchange } of state.exchanges.values()) {
    if (isExchangeType(type)) host.exchanges.set(exchange.name, new Exchange({ ...exchange, type, durable: true }));
  }
  for (const { stored, backlog } of backlogs) {
    const { id, entries: _, ...declaration } = stored;
    const policy = readPolicy(stored.arguments, describe('queue', stored.name, host.name));
    const queue = new Queue(id, { ...declaration, durable: true, declaredDurable: true, policy }, host);
    host.queues.set(queue.name, queue);
    let made = 0;
    for (const { message } of backlog.made()) {
      pager.hold(message);
      made += 1;
    }
    pager.restored(backlog.length - made);
    queue.restore(backlog);
  }
  for (const { source, destination, routingKey, arguments: args } of state.bindings.values()) {
    const target =
      destination.kind === 'queue' ? host.queues.get(destination.name) : host.exchanges.get(destination.name);
    if (target !== undefined) host.exchanges.get(source)?.bind(target, routingKey, args);
  }
  host.reserveQueueId(state.lastQueueId);
}
