import type { FieldTable } from '../codec/field.js';
import { requireSame, requireSameArguments } from '../equivalence.js';
import { AmqpError } from '../errors.js';
import { describe, refuseReserved } from '../resource.js';
import type { Topology } from '../topology.js';
import { POLICY_ARGUMENTS, type QueuePolicy, readPolicy } from './policy.js';
import { Queue } from './queue.js';
import type { QueueSurroundings } from './queue-surroundings.js';

export interface WantedQueue {
  name: string;
  durable: boolean;
  autoDelete: boolean;
  /** The declaring connection, when the queue is to be exclusive to it. */
  owner: object | undefined;
  arguments: FieldTable;
}

/** Where a new queue is put: it numbers its queues, and is around them. */
export interface QueueHome extends Topology, QueueSurroundings {
  readonly journal: Topology['journal'];
  /** A number that no queue had before. */
  takeQueueId(): number;
}

/** Declares a queue, or checks that the one which is there is the same. */
export function declareQueue(
  host: QueueHome,
  wanted: WantedQueue,
  generated: boolean,
): { queue: Queue; created: boolean } {
  const resource = describe('queue', wanted.name, host.name);
  if (!generated) refuseReserved('queue', wanted.name);
  const current = host.queues.get(wanted.name);
  if (current !== undefined) {
    requireEquivalent(current, wanted, resource);
    current.touch();
    return { queue: current, created: false };
  }
  const policy = readPolicy(wanted.arguments, resource);
  if (policy.quorum) requireQuorumProperties(wanted, resource, policy);
  // An exclusive queue ends with its connection, so there is nothing of it to keep.
  const durable = wanted.durable && wanted.owner === undefined;
  const queue = new Queue(host.takeQueueId(), { ...wanted, durable, declaredDurable: wanted.durable, policy }, host);
  host.queues.set(queue.name, queue);
  if (queue.durable) host.journal.queueDeclared(queue);
  return { queue, created: true };
}

/** Refuses a queue that is exclusive to another connection. */
export function requireAccess(queue: Queue, connection: object, vhost: string): void {
  if (queue.owner !== undefined && queue.owner !== connection) throw locked(describe('queue', queue.name, vhost));
}

function requireEquivalent(current: Queue, wanted: WantedQueue, resource: string): void {
  if (current.owner !== wanted.owner) throw locked(resource);
  // Both are exclusive or neither is, and an exclusive queue counts as not durable whatever its declaration says.
  const durable = wanted.durable && wanted.owner === undefined;
  requireSame('durable', resource, durable, current.durable);
  requireSame('auto_delete', resource, wanted.autoDelete, current.autoDelete);
  requireSameArguments(POLICY_ARGUMENTS, resource, wanted.arguments, current.arguments);
}

function requireQuorumProperties(wanted: WantedQueue, resource: string, policy: QueuePolicy): void {
  const refuse = (what: string) => {
    throw new AmqpError('PRECONDITION_FAILED', `invalid ${what} for ${resource}`);
  };
  if (!wanted.durable) refuse("property 'non-durable'");
  if (wanted.autoDelete) refuse("property 'auto-delete'");
  if (wanted.owner !== undefined) refuse("property 'exclusive-owner'");
  if (policy.overflow === 'reject-publish-dlx') refuse("arg 'x-overflow'");
}

function locked(resource: string): AmqpError {
  return new AmqpError(
    'RESOURCE_LOCKED',
    `cannot obtain exclusive access to locked ${resource}. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
  );
}
