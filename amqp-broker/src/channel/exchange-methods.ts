import type { MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import { bind, unbind } from '../exchange/bind.js';
import { declareExchange } from '../exchange/declare.js';
import { removeExchange } from '../exchange/delete.js';
import { describe, refuseDefaultExchange } from '../resource.js';
import type { ChannelContext } from './context.js';
import { exchangeNamed } from './names.js';

export function declareExchangeMethod(channel: ChannelContext, method: MethodNamed<'exchange.declare'>): void {
  const { exchange: name, type, durable, autoDelete, internal, arguments: args } = method;
  refuseDefaultExchange(name);
  if (method.passive) {
    exchangeNamed(channel, name);
    if (!method.noWait) channel.reply('exchange.declare-ok', {});
    return;
  }
  const stored = declareExchange(channel.client.host, { name, type, durable, autoDelete, internal, arguments: args });
  if (!method.noWait) channel.replyDurably(stored, 'exchange.declare-ok', {});
}

export function deleteExchange(channel: ChannelContext, method: MethodNamed<'exchange.delete'>): void {
  const { host } = channel.client;
  refuseDefaultExchange(method.exchange);
  if (method.exchange.startsWith('amq.')) {
    throw new AmqpError(
      'ACCESS_REFUSED',
      `deletion of system ${describe('exchange', method.exchange, host.name)} not allowed`,
    );
  }
  const exchange = host.exchanges.get(method.exchange);
  if (exchange !== undefined) {
    if (method.ifUnused && exchange.outgoing.size > 0) {
      throw new AmqpError('PRECONDITION_FAILED', `${describe('exchange', exchange.name, host.name)} in use`);
    }
    removeExchange(host, exchange);
  }
  if (!method.noWait) channel.replyDurably(exchange?.durable === true, 'exchange.delete-ok', {});
}

export function bindExchange(channel: ChannelContext, method: MethodNamed<'exchange.bind'>): void {
  refuseDefaultExchange(method.destination);
  refuseDefaultExchange(method.source);
  const source = exchangeNamed(channel, method.source);
  const destination = exchangeNamed(channel, method.destination);
  const stored = bind(channel.client.host, source, destination, method.routingKey, method.arguments);
  if (!method.noWait) channel.replyDurably(stored, 'exchange.bind-ok', {});
}

export function unbindExchange(channel: ChannelContext, method: MethodNamed<'exchange.unbind'>): void {
  refuseDefaultExchange(method.destination);
  refuseDefaultExchange(method.source);
  const { host } = channel.client;
  const source = host.exchanges.get(method.source);
  const destination = host.exchanges.get(method.destination);
  // Unbinding what is not there succeeds, as in RabbitMQ.
  const stored =
    source !== undefined &&
    destination !== undefined &&
    unbind(host, source, destination, method.routingKey, method.arguments);
  if (!method.noWait) channel.replyDurably(stored, 'exchange.unbind-ok', {});
}
