import type { VirtualHost } from '../virtual-host.js';
import { removeBindingsTo } from './bind.js';
import type { Exchange } from './exchange.js';

/** Takes an exchange away with its bindings in both directions. */
export function removeExchange(host: VirtualHost, exchange: Exchange): void {
  if (host.exchanges.get(exchange.name) !== exchange) return;
  host.exchanges.delete(exchange.name);
  for (const binding of [...exchange.outgoing.values()]) {
    exchange.unbind(binding.destination, binding.routingKey, binding.arguments);
    if (exchange.durable && binding.destination.durable) host.journal.unbound(binding);
  }
  if (exchange.durable) host.journal.exchangeDeleted(exchange);
  removeBindingsTo(host, exchange);
}
