import { crc32 } from 'node:zlib';
import type { ByteWriter } from '../codec/byte-writer.js';
import type { Binding } from '../exchange/binding.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Message } from '../message.js';
import type { Queue } from '../queue/queue.js';
import type { Copy } from './journal.js';

/** What a journal file begins with: a name and the version of its format. */
export const MAGIC = Buffer.from('AMQPJNL\x01', 'latin1');

/** Before each record: its length and its CRC-32, four octets each. */
export const RECORD_HEAD = 8;

/** Bytes of one copy in a message record. */
export const COPY_SIZE = 23;

export const RECORD = {
  EXCHANGE: 1,
  EXCHANGE_DELETED: 2,
  QUEUE: 3,
  QUEUE_DELETED: 4,
  BOUND: 5,
  UNBOUND: 6,
  MESSAGE: 7,
  DELIVERED: 8,
  SETTLED: 9,
  /** A message with routing keys that only the broker knows. */
  MESSAGE_WITH_HIDDEN_KEYS: 10,
} as const;

export function writeExchange(to: ByteWriter, exchange: Exchange): void {
  record(to, RECORD.EXCHANGE, () => {
    to.shortstr(exchange.name).shortstr(exchange.type);
    to.octet(exchange.autoDelete ? 1 : 0)
      .octet(exchange.internal ? 1 : 0)
      .table(exchange.arguments);
  });
}

export function writeExchangeDeleted(to: ByteWriter, exchange: Exchange): void {
  record(to, RECORD.EXCHANGE_DELETED, () => to.shortstr(exchange.name));
}

export function writeQueue(to: ByteWriter, queue: Queue): void {
  record(to, RECORD.QUEUE, () => {
    to.long(queue.id).shortstr(queue.name);
    to.octet(queue.autoDelete ? 1 : 0).table(queue.arguments);
  });
}

export function writeQueueDeleted(to: ByteWriter, queue: Queue): void {
  record(to, RECORD.QUEUE_DELETED, () => to.long(queue.id));
}

export function writeBinding(
  to: ByteWriter,
  type: typeof RECORD.BOUND | typeof RECORD.UNBOUND,
  binding: Binding,
): void {
  record(to, type, () => {
    to.shortstr(binding.source.name).octet(binding.destination.kind === 'queue' ? 1 : 0);
    to.shortstr(binding.destination.name).shortstr(binding.routingKey).table(binding.arguments);
  });
}

/** A message and its copies: queue, sequence, expiry (0 for none), redelivered, returns. */
export function writeMessage(to: ByteWriter, message: Message, copies: readonly Copy[]): void {
  const { hiddenKeys } = message;
  record(to, hiddenKeys.length === 0 ? RECORD.MESSAGE : RECORD.MESSAGE_WITH_HIDDEN_KEYS, () => {
    to.short(copies.length);
    for (const { queue, entry } of copies) {
      to.long(queue.id).longlong(entry.sequence);
      to.longlong(entry.expiresAt === Number.POSITIVE_INFINITY ? 0 : Math.ceil(entry.expiresAt));
      to.octet(entry.redelivered ? 1 : 0).short(Math.min(entry.returns, 0xffff));
    }
    to.shortstr(message.exchange).shortstr(message.routingKey).octet(message.priority);
    if (hiddenKeys.length > 0) {
      to.short(hiddenKeys.length);
      for (const key of hiddenKeys) to.longstr(key);
    }
    to.long(message.bodyAt).raw(message.content);
  });
}

/** Several entries of one queue that were delivered or settled. */
export function writeEntries(
  to: ByteWriter,
  type: typeof RECORD.DELIVERED | typeof RECORD.SETTLED,
  queueId: number,
  sequences: Iterable<number>,
): void {
  record(to, type, () => {
    to.long(queueId);
    for (const sequence of sequences) to.longlong(sequence);
  });
}

function record(to: ByteWriter, type: number, payload: () => void): void {
  const head = to.length;
  to.long(0).long(0).octet(type);
  payload();
  const content = to.bytes().subarray(head + RECORD_HEAD);
  to.patchLong(head, content.length);
  to.patchLong(head + 4, crc32(content));
}
