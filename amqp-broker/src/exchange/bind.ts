import type { FieldTable } from '../codec/field.js';
import { erlangTerm } from '../erlang-term.js';
import { AmqpError } from '../errors.js';
import type { Topology } from '../topology.js';
import { type Destination, isDurable } from './binding.js';
import { unbound } from './delete.js';
import type { Exchange } from './exchange.js';
import { MATCH_MODES } from './headers.js';

/** Binds; binding twice is the same as once. Answers whether the binding is durable (both ends are). */
export function bind(
  host: Topology,
  source: Exchange,
  destination: Destination,
  routingKey: string,
  args: FieldTable,
): boolean {
  requireBindable(source, args);
  const binding = source.bind(destination, routingKey, args);
  const durable = binding !== undefined && isDurable(binding);
  if (binding !== undefined && durable) host.journal.bound(binding);
  return durable;
}

/** Unbinds; without such a binding nothing happens. An auto-delete source goes with its last binding. */
export function unbind(
  host: Topology,
  source: Exchange,
  destination: Destination,
  routingKey: string,
  args: FieldTable,
): boolean {
  const binding = source.unbind(destination, routingKey, args);
  if (binding === undefined) return false;
  unbound(host, binding);
  return isDurable(binding);
}

/** Whether the exchange understands the arguments of a binding, or 406. */
export function requireBindable(source: Exchange, args: FieldTable): void {
  if (source.type !== 'headers') return;
  const mode = args.get('x-match');
  if (mode === undefined || (mode.type === 'longstr' && MATCH_MODES.includes(mode.value))) return;
  const fault =
    mode.type === 'longstr'
      ? `Invalid x-match field value ${erlangTerm(mode)}; expected all, any, all-with-x, or any-with-x`
      : `Invalid x-match field type ${mode.type} (value ${erlangTerm(mode)}); expected longstr`;
  throw new AmqpError('PRECONDITION_FAILED', fault);
}
