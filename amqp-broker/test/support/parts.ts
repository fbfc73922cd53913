import { NO_FIELDS } from '../../src/codec/field.js';
import { Exchange, type ExchangeType } from '../../src/exchange/exchange.js';
import { Message } from '../../src/message.js';
import type { Entry } from '../../src/queue/entry.js';

export function exchangeOf(type: ExchangeType, name = 'tested'): Exchange {
  return new Exchange({ name, type, durable: false, autoDelete: false, internal: false, arguments: NO_FIELDS });
}

export function messageOf(routingKey: string): Message {
  return new Message({
    exchange: 'tested',
    routingKey,
    content: Buffer.from([0, 0]),
    bodyAt: 2,
    persistent: false,
    priority: 0,
    expirationMs: undefined,
  });
}

export function entryOf(sequence: number): Entry {
  return {
    message: messageOf(String(sequence)),
    sequence,
    expiresAt: Number.POSITIVE_INFINITY,
    stored: false,
    storedBytes: 0,
    redelivered: false,
    returns: 0,
  };
}
