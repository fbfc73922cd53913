import { scanProperties } from '../codec/property-scan.js';
import { AmqpError } from '../errors.js';
import { Message } from '../message.js';
import { headersOf, keysIn, propertiesOf, withProperties } from '../message-headers.js';
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
  if (scan.userId !== undefined && scan.userId !== user) {
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `user_id property set to '${scan.userId}' but authenticated user was '${user}'`,
    );
  }
  const addressed = addressReplies(channel, content, scan);
  let message = new Message({
    exchange: method.exchange,
    routingKey: method.routingKey,
    content: addressed?.content ?? content,
    bodyAt: bodyAt + (addressed?.grownBy ?? 0),
    persistent: scan.deliveryMode === 2,
    priority: scan.priority,
    expirationMs: scan.expiration === undefined ? undefined : readExpiration(scan.expiration),
  });
  let routingKeys: readonly string[] = [method.routingKey];
  // "CC" is also within "BCC": messages with neither are spared the decoding of their headers.
  if (scan.headersEnd > 0 && content.subarray(scan.headersAt, scan.headersEnd).includes('CC')) {
    routingKeys = [...routingKeys, ...copyKeys(message)];
    message = withoutBcc(message);
  }
  if (exchange.name === '') deliverReplies(channel, routingKeys, message);
  if (channel.transaction !== undefined) {
    const queues = exchange.name === '' ? undefined : host.route(exchange, routingKeys, message);
    channel.transaction.publish({ exchange, routingKeys, message, mandatory: method.mandatory, queues });
    return;
  }
  const number = channel.confirms?.take() ?? 0;
  const outcome = host.deliver(host.route(exchange, routingKeys, message), message, channel.confirms !== undefined);
  if (outcome === 'unrouted' && method.mandatory) sendBack(channel, message);
  if (channel.confirms === undefined) return;
  if (outcome === 'stored') {
    channel.confirms.wait(number);
    host.journal.wait(channel.confirms, number);
  } else {
    channel.confirms.settle(number, outcome !== 'refused');
  }
}

/** basic.return: nobody takes the message. */
export function sendBack(channel: ChannelContext, message: Message): void {
  channel.reply('basic.return', {
    replyCode: 312,
    replyText: 'NO_ROUTE',
    exchange: message.exchange,
    routingKey: message.routingKey,
  });
  channel.client.output.content(channel.number, message);
}

function readExpiration(text: string): number {
  const value = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value))
    throw new AmqpError('PRECONDITION_FAILED', `invalid expiration '${text}': ${expirationFault(text)}`);
  return value;
}

/** RabbitMQ shows what Erlang's string:to_integer said. */
function expirationFault(text: string): string {
  const [number = ''] = /^[+-]?\d+/.exec(text) ?? [];
  if (number === '') return 'no_integer';
  return number.length < text.length
    ? `{leftover_string,"${text.slice(number.length)}"}`
    : `{value_negative,${Number(number)}}`;
}

/** Sender-selected distribution: the further routing keys in the headers CC and BCC. */
function copyKeys(message: Message): string[] {
  const headers = headersOf(message);
  for (const name of ['CC', 'BCC']) {
    const field = headers.get(name);
    if (field !== undefined && field.type !== 'array') {
      throw new AmqpError('PRECONDITION_FAILED', `unacceptable_type_in_header ${name}`);
    }
  }
  return [...keysIn(headers.get('CC')), ...keysIn(headers.get('BCC'))];
}

function withoutBcc(message: Message): Message {
  const properties = propertiesOf(message);
  if (!properties.headers?.has('BCC')) return message;
  const headers = new Map(properties.headers);
  headers.delete('BCC');
  return withProperties(message, { ...properties, headers });
}
