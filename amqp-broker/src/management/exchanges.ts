import { AmqpError } from '../errors.js';
import { declareExchange } from '../exchange/declare.js';
import { removeExchange } from '../exchange/delete.js';
import type { Exchange } from '../exchange/exchange.js';
import { describe, refuseDefaultExchange } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import { type Answer, ApiError, absent, CREATED, DONE, found } from './answer.js';
import { bindingViews } from './bindings.js';
import { type Call, hostOf, hostsOf, param, targetOf } from './call.js';
import { fromJson, toJson } from './fields.js';
import { text } from './text.js';

/** How paths name the default exchange, whose own name is empty. */
const DEFAULT = 'amq.default';

export function listExchanges(call: Call): Answer {
  return found(hostsOf(call).flatMap((host) => [...host.exchanges.values()].map((exchange) => view(exchange, host))));
}

export function readExchange(call: Call): Answer {
  const { host, exchange } = exchangeOf(call);
  return found(view(exchange, host));
}

export async function putExchange(call: Call): Promise<Answer> {
  const host = targetOf(call);
  const name = exchangeName(call);
  refuseDefaultExchange(name);
  const { type = 'direct', durable, auto_delete: autoDelete, internal, arguments: args } = call.body;
  const existed = host.exchanges.has(name);
  const stored = declareExchange(host, {
    name,
    type: String(type),
    durable: durable === true || durable === 'true',
    autoDelete: autoDelete === true || autoDelete === 'true',
    internal: internal === true || internal === 'true',
    arguments: fromJson(args),
  });
  if (stored) await host.journal.flush();
  return existed ? DONE : CREATED;
}

export async function removeExchangeNamed(call: Call): Promise<Answer> {
  const { host, exchange } = exchangeOf(call);
  if (exchange.name === '' || exchange.name.startsWith('amq.')) {
    throw new ApiError(401, 'not_authorised', 'Access refused.');
  }
  if (call.query.get('if-unused') === 'true' && exchange.outgoing.size > 0) {
    throw new AmqpError('PRECONDITION_FAILED', `${describe('exchange', exchange.name, host.name)} in use`);
  }
  removeExchange(host, exchange);
  if (exchange.durable) await host.journal.flush();
  return DONE;
}

/** The bindings that lead from the exchange (`source`) or to it (`destination`). */
export function bindingsOfExchange(call: Call): Answer {
  const { host, exchange } = exchangeOf(call);
  const { side } = call.params;
  if (side !== 'source' && side !== 'destination') throw absent();
  return found(bindingViews(host, (binding) => binding[side] === exchange));
}

export function exchangeName(call: Call): string {
  const name = param(call, 'exchange');
  return name === DEFAULT ? '' : name;
}

function exchangeOf(call: Call): { host: VirtualHost; exchange: Exchange } {
  const host = hostOf(call);
  const exchange = host.exchanges.get(exchangeName(call));
  if (exchange === undefined) throw absent();
  return { host, exchange };
}

function view(exchange: Exchange, host: VirtualHost): unknown {
  return {
    name: text(exchange.name),
    vhost: text(host.name),
    type: exchange.type,
    durable: exchange.durable,
    auto_delete: exchange.autoDelete,
    internal: exchange.internal,
    arguments: toJson(exchange.arguments),
  };
}
