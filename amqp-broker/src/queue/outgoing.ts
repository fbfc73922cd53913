import { long } from '../codec/field.js';
import type { Message } from '../message.js';
import { withHeader } from '../message-headers.js';
import type { Entry } from './entry.js';
import type { Queue } from './queue.js';

/** The message as a client gets it: quorum queues say how often it came back. */
export function outgoing(queue: Queue, entry: Entry): Message {
  if (!queue.policy.quorum || entry.returns === 0) return entry.message;
  return withHeader(entry.message, 'x-delivery-count', long(entry.returns));
}
