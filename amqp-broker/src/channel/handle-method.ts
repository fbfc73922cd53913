import type { Method, MethodName, MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import { acknowledge, recover, reject } from './acknowledgements.js';
import { withCleanNames } from './clean-names.js';
import { cancel, consume, get, qos } from './consuming.js';
import type { ChannelContext } from './context.js';
import { bindExchange, declareExchangeMethod, deleteExchange, unbindExchange } from './exchange-methods.js';
import { bindQueue, declareQueueMethod, deleteQueue, purgeQueue, unbindQueue } from './queue-methods.js';
import { commit, rollback, selectTransaction } from './tx-methods.js';

type Handlers = { readonly [Name in MethodName]?: (channel: ChannelContext, method: MethodNamed<Name>) => void };

const HANDLERS: Handlers = {
  'exchange.declare': withCleanNames(['exchange'], declareExchangeMethod),
  'exchange.delete': withCleanNames(['exchange'], deleteExchange),
  'exchange.bind': withCleanNames(['source', 'destination'], bindExchange),
  'exchange.unbind': withCleanNames(['source', 'destination'], unbindExchange),
  'queue.declare': withCleanNames(['queue'], declareQueueMethod),
  'queue.bind': withCleanNames(['queue', 'exchange'], bindQueue),
  'queue.unbind': withCleanNames(['queue', 'exchange'], unbindQueue),
  'queue.purge': purgeQueue,
  'queue.delete': withCleanNames(['queue'], deleteQueue),
  'basic.qos': qos,
  'basic.consume': consume,
  'basic.cancel': cancel,
  'basic.get': get,
  'basic.ack': acknowledge,
  'basic.nack': (channel, method) => reject(channel, method.deliveryTag, method.multiple, method.requeue),
  'basic.reject': (channel, method) => reject(channel, method.deliveryTag, false, method.requeue),
  'basic.recover': recover,
  'basic.recover-async': recover,
  'basic.cancel-ok': () => {},
  'channel.flow-ok': () => {},
  'channel.close-ok': () => {},
  'channel.flow': flow,
  'confirm.select': selectConfirms,
  'tx.select': selectTransaction,
  'tx.commit': commit,
  'tx.rollback': rollback,
};

/** Sends each method to the function that knows it; what the broker does not offer is refused. */
export function handleMethod(channel: ChannelContext, method: Method): void {
  const handler = HANDLERS[method.method] as ((channel: ChannelContext, method: Method) => void) | undefined;
  if (handler === undefined) throw new AmqpError('COMMAND_INVALID', 'unimplemented method');
  handler(channel, method);
}

function flow(channel: ChannelContext, method: MethodNamed<'channel.flow'>): void {
  if (!method.active) throw new AmqpError('NOT_IMPLEMENTED', 'active=false');
  channel.reply('channel.flow-ok', { active: true });
}

function selectConfirms(channel: ChannelContext, method: MethodNamed<'confirm.select'>): void {
  if (channel.transaction !== undefined) {
    throw new AmqpError('PRECONDITION_FAILED', 'cannot switch from tx to confirm mode');
  }
  channel.selectConfirms();
  if (!method.noWait) channel.reply('confirm.select-ok', {});
}
