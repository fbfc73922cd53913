import { declareQueue, requireAccess } from '../queue/declare.js';
import { removeQueue } from '../queue/delete.js';
import { requireEmpty, requireUnused } from '../queue/in-use.js';
import type { Queue } from '../queue/queue.js';
import type { Rates } from '../rates.js';
import type { VirtualHost } from '../virtual-host.js';
import { type Answer, absent, CREATED, DONE, found } from './answer.js';
import { bindingViews } from './bindings.js';
import { type Call, hostOf, hostsOf, param, targetOf } from './call.js';
import { consumersOf } from './consumers.js';
import { fromJson, toJson } from './fields.js';
import { queueMessageStats } from './message-stats.js';
import { NODE } from './node.js';
import { text } from './text.js';

/** Stands for the API where a queue asks who uses it: exclusive queues are locked for it. */
const NOBODY = {};

export function listQueues(call: Call): Answer {
  return found(
    hostsOf(call).flatMap((host) => [...host.queues.values()].map((queue) => view(queue, host, call.api.rates))),
  );
}

export function readQueue(call: Call): Answer {
  const { host, queue } = queueOf(call);
  return found({
    ...view(queue, host, call.api.rates),
    consumer_details: consumersOf(call, (consumer) => consumer.queue === queue),
  });
}

export async function putQueue(call: Call): Promise<Answer> {
  const host = targetOf(call);
  const { durable, auto_delete: autoDelete, arguments: args } = call.body;
  const { created, queue } = declareQueue(
    host,
    {
      name: param(call, 'queue'),
      durable: durable === true || durable === 'true',
      autoDelete: autoDelete === true || autoDelete === 'true',
      owner: undefined,
      arguments: fromJson(args),
    },
    false,
  );
  if (queue.durable) await host.journal.flush();
  return created ? CREATED : DONE;
}

export async function removeQueueNamed(call: Call): Promise<Answer> {
  const { host, queue } = queueOf(call);
  requireAccess(queue, NOBODY, host.name);
  if (call.query.get('if-unused') === 'true') requireUnused(queue, host.name);
  if (call.query.get('if-empty') === 'true') requireEmpty(queue, host.name);
  removeQueue(host, queue);
  if (queue.durable) await host.journal.flush();
  return DONE;
}

export function purge(call: Call): Answer {
  const { host, queue } = queueOf(call);
  requireAccess(queue, NOBODY, host.name);
  queue.purge();
  return DONE;
}

export function bindingsOfQueue(call: Call): Answer {
  const { host, queue } = queueOf(call);
  return found(bindingViews(host, ({ destination }) => destination === queue));
}

function queueOf(call: Call): { host: VirtualHost; queue: Queue } {
  const host = hostOf(call);
  const queue = host.queues.get(param(call, 'queue'));
  if (queue === undefined) throw absent();
  return { host, queue };
}

function view(queue: Queue, host: VirtualHost, rates: Rates) {
  return {
    name: text(queue.name),
    vhost: text(host.name),
    node: NODE,
    type: queue.policy.quorum ? 'quorum' : 'classic',
    state: 'running',
    durable: queue.declaredDurable,
    auto_delete: queue.autoDelete,
    exclusive: queue.owner !== undefined,
    arguments: toJson(queue.arguments),
    policy: null,
    consumers: queue.consumers.size,
    messages: queue.ready.length + queue.unacked.size,
    messages_ready: queue.ready.length,
    messages_unacknowledged: queue.unacked.size,
    message_bytes_ready: queue.ready.bytes,
    message_stats: queueMessageStats(queue.counters, rates),
  };
}
