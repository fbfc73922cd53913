import { scanProperties } from '../codec/property-scan.js';
import { AmqpError } from '../errors.js';
import type { Message } from '../message.js';
import { readMessage } from '../message-intake.js';
import { describe } from '../resource.js';
import type { Published } from './content-assembler.js';
import type { ChannelContext } from './context.js';
import { addressReplies, deliverReplies } from './direct-reply.js';
import { exchangeNamed } from './names.js';

/** basic.publish with its whole content: check, route, return what nobody takes, confirm. */
export function publish(channel: ChannelContext, { method, content, bodyAt }: Published): void {
  const { host, user } = channel.client;
  if (method.immediate) throw new AmqpError('NOT_IMPLEMENTED', 'immediate=true', 'basic.publish');
  const exchange = exchangeNamed(channel, method.exchange);
  if (exchange.internal) {
    throw new AmqpError(
      'ACCESS_REFUSED',
      `cannot publish to internal ${describe('exchange', exchange.name, host.name)}`,
    );
  }
  const scan = scanProperties(content, bodyAt);
  const addressed = addressReplies(channel, content, scan);
  if (scan.userId !== undefined && scan.userId !== user) {
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `user_id property set to '${scan.userId}' but authenticated user was '${user}'`,
    );
  }
  const grownBy = addressed.length - content.length;
  const { message, routingKeys } = readMessage(method, addressed, bodyAt + grownBy, scan);
  if (exchange.name === '') deliverReplies(channel, routingKeys, message);
  if (channel.transaction !== undefined) {
    const queues = exchange.name === '' ? undefined : host.route(exchange, routingKeys, message);
    message.own();
    channel.transaction.publish({ exchange, routingKeys, message, mandatory: method.mandatory, queues });
    if (host.journal.pager.overcommitted) {
      throw new AmqpError('PRECONDITION_FAILED', 'the transaction takes more memory than there is');
    }
    return;
  }
  const number = channel.confirms?.take() ?? 0;
  const outcome = host.deliver(host.route(exchange, routingKeys, message), message, channel.confirms !== undefined);
  if (outcome === 'unrouted') unrouted(channel, message, method.mandatory);
  if (channel.confirms === undefined) return;
  if (outcome === 'stored') {
    channel.confirms.wait(number);
    host.journal.wait(channel.confirms, number);
  } else {
    channel.confirms.settle(number, outcome !== 'refused');
    // RabbitMQ confirms at once what no queue has to answer for, one by one and in order with what it returns.
    if (outcome === 'unrouted') channel.sendConfirms();
  }
}

/** Nobody takes the message: it goes back (basic.return) or is dropped. */
export function unrouted(channel: ChannelContext, message: Message, mandatory: boolean): void {
  const { counters } = channel.client.host;
  if (!mandatory) {
    counters.dropUnroutable += 1;
    return;
  }
  counters.returnUnroutable += 1;
  channel.reply('basic.return', {
    replyCode: 312,
    replyText: 'NO_ROUTE',
    exchange: message.exchange,
    routingKey: message.routingKey,
  });
  channel.client.output.content(channel.number, message);
}
