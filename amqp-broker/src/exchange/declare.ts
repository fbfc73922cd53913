import { requireSame, requireSameArguments } from '../equivalence.js';
import { AmqpError } from '../errors.js';
import { describe, refuseReserved } from '../resource.js';
import type { Topology } from '../topology.js';
import { Exchange, type ExchangeDeclaration, isExchangeType } from './exchange.js';
import { refusedType } from './refused-type.js';

export type WantedExchange = Omit<ExchangeDeclaration, 'type'> & { type: string };

/** Declares an exchange, or checks that the one which is there is the same; answers whether it was made and is durable. */
export function declareExchange(host: Topology, wanted: WantedExchange): boolean {
  const { type } = wanted;
  if (!isExchangeType(type)) throw refusedType(type);
  const current = host.exchanges.get(wanted.name);
  if (current !== undefined) {
    requireEquivalent(current, wanted, host.name);
    return false;
  }
  refuseReserved('exchange', wanted.name);
  const alternate = wanted.arguments.get('alternate-exchange');
  if (alternate !== undefined && alternate.type !== 'longstr') {
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `invalid type '${alternate.type}' for arg 'alternate-exchange' in ${describe('exchange', wanted.name, host.name)}`,
    );
  }
  const exchange = new Exchange({ ...wanted, type });
  host.exchanges.set(exchange.name, exchange);
  if (exchange.durable) host.journal.exchangeDeclared(exchange);
  return exchange.durable;
}

function requireEquivalent(current: Exchange, wanted: WantedExchange, vhost: string): void {
  const resource = describe('exchange', current.name, vhost);
  requireSame('type', resource, wanted.type, current.type);
  requireSame('durable', resource, wanted.durable, current.durable);
  requireSame('auto_delete', resource, wanted.autoDelete, current.autoDelete);
  requireSame('internal', resource, wanted.internal, current.internal);
  requireSameArguments(['alternate-exchange'], resource, wanted.arguments, current.arguments);
}
