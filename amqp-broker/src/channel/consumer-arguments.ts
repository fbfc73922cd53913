import { type FieldTable, integerOf } from '../codec/field.js';
import { AmqpError } from '../errors.js';
import type { Queue } from '../queue/queue.js';
import { describe } from '../resource.js';

/** Checks the arguments of basic.consume as RabbitMQ does; answers the consumer's priority. */
export function consumerPriority(args: FieldTable, queue: Queue, vhost: string): number {
  const refuse = (name: string, fault: string) => {
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `invalid arg '${name}' for ${describe('queue', queue.name, vhost)}${fault}`,
    );
  };
  if (args.has('x-stream-offset')) {
    refuse('x-stream-offset', ` of queue type rabbit_${queue.policy.quorum ? 'quorum' : 'classic'}_queue`);
  }
  const field = args.get('x-priority');
  const priority = integerOf(field);
  if (field !== undefined && priority === undefined) refuse('x-priority', `: "expected integer, got ${field.type}"`);
  const failover = args.get('x-cancel-on-ha-failover');
  if (failover !== undefined && failover.type !== 'bool') {
    refuse('x-cancel-on-ha-failover', `: {unacceptable_type,${failover.type}}`);
  }
  return priority ?? 0;
}
