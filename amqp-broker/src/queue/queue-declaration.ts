import type { FieldTable } from '../codec/field.js';
import type { QueuePolicy } from './policy.js';

/** What a queue is made from. */
export interface QueueDeclaration {
  name: string;
  /** Whether it survives the broker; an exclusive queue never does. */
  durable: boolean;
  /** What its declaration said. */
  declaredDurable: boolean;
  autoDelete: boolean;
  arguments: FieldTable;
  policy: QueuePolicy;
  /** The connection that alone may use it, for an exclusive queue. */
  owner?: object | undefined;
}
