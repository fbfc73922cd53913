import { AmqpError } from '../errors.js';
import { describe } from '../resource.js';
import type { Queue } from './queue.js';

/** Refuses a queue with consumers. */
export function requireUnused(queue: Queue, vhost: string): void {
  if (queue.consumers.size === 0) return;
  throw new AmqpError('PRECONDITION_FAILED', `${describe('queue', queue.name, vhost)} in use`);
}

/** Refuses a queue with messages that wait. */
export function requireEmpty(queue: Queue, vhost: string): void {
  if (queue.ready.length === 0) return;
  throw new AmqpError('PRECONDITION_FAILED', `${describe('queue', queue.name, vhost)} not empty`);
}
