import type { VirtualHost } from '../virtual-host.js';

/** Messages in all queues of the hosts. */
export function countQueues(hosts: readonly VirtualHost[]) {
  const queues = hosts.flatMap((host) => [...host.queues.values()]);
  const ready = queues.reduce((sum, queue) => sum + queue.ready.length, 0);
  const unacknowledged = queues.reduce((sum, queue) => sum + queue.unacked.size, 0);
  return { messages: ready + unacknowledged, messages_ready: ready, messages_unacknowledged: unacknowledged };
}
