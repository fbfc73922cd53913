import type { Topology } from '../topology.js';
import { type Binding, type Destination, isDurable } from './binding.js';
import type { Exchange } from './exchange.js';

/** Takes an exchange away with its bindings in both directions. */
export function removeExchange(host: Topology, exchange: Exchange): void {
  if (host.exchanges.get(exchange.name) !== exchange) return;
  host.exchanges.delete(exchange.name);
  for (const binding of [...exchange.outgoing.values()]) {
    exchange.unbind(binding.destination, binding.routingKey, binding.arguments);
    if (isDurable(binding)) host.journal.unbound(binding);
  }
  if (exchange.durable) host.journal.exchangeDeleted(exchange);
  removeBindingsTo(host, exchange);
}

/** Removes all bindings that lead to a destination which is going away. */
export function removeBindingsTo(host: Topology, destination: Destination): void {
  for (const binding of [...destination.incoming]) {
    if (binding.source.unbind(destination, binding.routingKey, binding.arguments) !== undefined) unbound(host, binding);
  }
}

/** To be called after a binding was removed: an auto-delete source goes with its last one. */
export function unbound(host: Topology, binding: Binding): void {
  if (isDurable(binding)) host.journal.unbound(binding);
  if (binding.source.autoDelete && binding.source.outgoing.size === 0) removeExchange(host, binding.source);
}
