import { type Field, type FieldTable, NO_FIELDS } from '../codec/field.js';
import type { Queue } from '../queue/queue.js';
import type { Exchange } from './exchange.js';

export type Destination = Queue | Exchange;

/** A route from an exchange to a queue or to another exchange. */
export interface Binding {
  readonly source: Exchange;
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** Whether both ends outlive the broker. */
export function isDurable(binding: Binding): boolean {
  return binding.source.durable && binding.destination.durable;
}

/** Two bindings with one key are the same binding: destination, routing key and arguments. */
export function bindingKey(
  destination: Pick<Destination, 'kind' | 'name'>,
  routingKey: string,
  args: FieldTable,
): string {
  const suffix = args === NO_FIELDS || args.size === 0 ? '' : JSON.stringify(plain({ type: 'table', value: args }));
  return `${destination.kind} ${destination.name.length} ${destination.name}${routingKey.length} ${routingKey}${suffix}`;
}

/** A field as JSON can hold it; tables in key order, so that equal tables give equal text. */
function plain(field: Field): unknown {
  switch (field.type) {
    case 'table':
      return [...field.value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, plain(value)]);
    case 'array':
      return [field.type, field.value.map(plain)];
    case 'long':
    case 'timestamp':
      return [field.type, field.value.toString()];
    default:
      return [field.type, field.value];
  }
}
