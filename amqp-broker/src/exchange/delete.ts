import type { VirtualHost } from '../virtual-host.js';
import { removeBindingsTo } from './bind.js';
import type { Exchange } from './exchange.js';

/** Takes an exchange away with its bindings in both directions. */
export function removeExchange(host: VirtualHost, exchange: Exchange): void {
  if (host.exchanges.get(exchange.name) !== exchange) return;
  host.exchanges.delete(exchange.name);
  for (const { destination, routingKey, arguments: args } of [...exchange.outgoing.values()]) {
    exchange.unbind(destination, routingKey, args);
  }
  if (exchange.durable) host.journal.exchangeDeleted(exchange);
  removeBindingsTo(host, exchange);
}
