import { AmqpError } from '../errors.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import type { FieldTable } from './field.js';

/** The basic class's properties in the order of their flags, highest bit first (AMQP 0-9-1 §1.8, §4.2.6.1). */
const SHAPE = [
  ['contentType', 'shortstr'],
  ['contentEncoding', 'shortstr'],
  ['headers', 'table'],
  ['deliveryMode', 'octet'],
  ['priority', 'octet'],
  ['correlationId', 'shortstr'],
  ['replyTo', 'shortstr'],
  ['expiration', 'shortstr'],
  ['messageId', 'shortstr'],
  ['timestamp', 'longlong'],
  ['type', 'shortstr'],
  ['userId', 'shortstr'],
  ['appId', 'shortstr'],
  ['clusterId', 'shortstr'],
] as const;

/** What can stand in a content header. */
export interface Properties {
  contentType?: string;
  contentEncoding?: string;
  headers?: FieldTable;
  deliveryMode?: number;
  priority?: number;
  correlationId?: string;
  replyTo?: string;
  expiration?: string;
  messageId?: string;
  timestamp?: number;
  type?: string;
  userId?: string;
  appId?: string;
  clusterId?: string;
}

/** Reads a property list: the flags, then the values. */
export function readProperties(buffer: Buffer, at: number, end: number): Properties {
  const reader = new ByteReader().reset(buffer, at, end);
  const flags = reader.short();
  if ((flags & 3) !== 0) throw new AmqpError('SYNTAX_ERROR', 'content header with unknown properties');
  const properties: Record<string, unknown> = {};
  SHAPE.forEach(([name, kind], index) => {
    if ((flags & (0x8000 >> index)) !== 0) properties[name] = reader[kind]();
  });
  if (reader.at !== end) throw new AmqpError('SYNTAX_ERROR', 'content header with a wrong length');
  return properties as Properties;
}

/** Writes a property list: the flags, then the values. */
export function writeProperties(properties: Properties): Buffer {
  const writer = new ByteWriter();
  let flags = 0;
  SHAPE.forEach(([name], index) => {
    if (properties[name] !== undefined) flags |= 0x8000 >> index;
  });
  writer.short(flags);
  for (const [name, kind] of SHAPE) {
    const value = properties[name];
    if (value === undefined) continue;
    if (kind === 'table') writer.table(value as FieldTable);
    else if (kind === 'shortstr') writer.shortstr(value as string);
    else writer[kind](value as number);
  }
  return Buffer.from(writer.bytes());
}
