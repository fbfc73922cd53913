import { removeBindingsTo } from '../exchange/delete.js';
import type { Topology } from '../topology.js';
import type { Queue } from './queue.js';

/** Takes a queue away with its bindings and messages, and tells its consumers. */
export function removeQueue(host: Topology, queue: Queue): void {
  if (host.queues.get(queue.name) !== queue) return;
  host.queues.delete(queue.name);
  if (queue.durable) host.journal.queueDeleted(queue);
  removeBindingsTo(host, queue);
  queue.close();
  queue.abandon();
}
