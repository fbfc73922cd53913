import { createHash } from 'node:crypto';
import { MscliError } from '../errors.js';
import { ATTRIBUTE } from './encode-event.js';
import type { Event } from './event.js';
import type { OutgoingMessage } from './transport.js';

/** Header that keeps a dead letter's first routing key. */
export const ORIGINAL_ROUTING_KEY = 'x-original-routing-key';

/**
 * A message as an event. Messages of foreign publishers are welcome: without CloudEvents attributes the type is the
 * routing key, the id is `messageId` or a digest of the message, the source is `appId` or `unknown`.
 *
 * Understands binary mode (with `cloudEvents:` and `cloudEvents_` headers) and structured mode.
 *
 * @throws {MscliError} `INVALID_EVENT` when the content is not JSON
 */
export function decodeEvent(message: OutgoingMessage, now: () => Date = () => new Date()): Event {
  const { properties } = message;
  const content = parse(message);
  const structured = properties.contentType?.startsWith('application/cloudevents+json') && isRecord(content);
  const attribute = structured
    ? (name: string) => text(content[name])
    : (name: string) => text(properties.headers?.[ATTRIBUTE + name] ?? properties.headers?.[`cloudEvents_${name}`]);
  const subject = attribute('subject');
  const key = attribute('partitionkey');
  const traceparent = text(properties.headers?.traceparent) ?? attribute('traceparent');
  return {
    id: attribute('id') ?? text(properties.messageId) ?? derivedId(message),
    type: attribute('type') ?? routingKey(message),
    source: attribute('source') ?? text(properties.appId) ?? 'unknown',
    time: attribute('time') ?? (time(properties.timestamp) ?? now()).toISOString(),
    data: structured ? content.data : content,
    ...(subject !== undefined && { subject }),
    ...(key !== undefined && { key }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** The key with which the message was first published, also for a dead letter. */
export function routingKey(message: OutgoingMessage): string {
  return text(message.properties.headers?.[ORIGINAL_ROUTING_KEY]) ?? message.routingKey;
}

/** The same for every delivery of a message, so that a redelivery is recognised; equal messages share it. */
export function derivedId(message: OutgoingMessage): string {
  const digest = createHash('sha256')
    .update(`${routingKey(message)}\n${message.properties.timestamp ?? ''}\n`)
    .update(message.content);
  return `sha256-${digest.digest('hex').slice(0, 32)}`;
}

function parse({ content, properties, routingKey }: OutgoingMessage): unknown {
  if (properties.contentType?.startsWith('text/')) return content.toString();
  if (content.length === 0) return null;
  try {
    return JSON.parse(content.toString());
  } catch (cause) {
    const start = JSON.stringify(content.subarray(0, 60).toString());
    throw new MscliError('INVALID_EVENT', `The message ${routingKey} does not hold JSON, it begins with ${start}.`, {
      hint: 'Publish JSON, or set the content type to text/plain.',
      cause,
    });
  }
}

/** Some publishers write milliseconds, or anything, where AMQP wants seconds. */
function time(seconds: unknown): Date | undefined {
  const date = new Date(typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
