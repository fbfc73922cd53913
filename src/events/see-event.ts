import { decodeEvent, type Event } from '@mscli/runtime/events';
import type { ConsumeMessage } from 'amqplib';

/** A message on the exchange `events`, as a watcher sees it. */
export interface SeenEvent {
  time: string;
  /** The routing key; equal to `type` but for events that another program published. */
  key: string;
  type: string;
  source: string;
  id: string;
  subject?: string;
  traceparent?: string;
  /** The trace that it belongs to, 32 hexadecimal digits. */
  trace?: string;
  data: unknown;
  /** False for a message without CloudEvents attributes: id, source and time are then taken from what it has. */
  cloudEvent: boolean;
}

/** Reads any message: one that holds no JSON is shown as text, or in base64 where it is no text either. */
export function seeEvent(message: ConsumeMessage, now: () => Date = () => new Date()): SeenEvent {
  const key = message.fields.routingKey;
  const event = decode(message, now);
  const trace = event.traceparent?.split('-')[1];
  return {
    time: event.time,
    key,
    type: event.type,
    source: event.source,
    id: event.id,
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    ...(trace === undefined ? {} : { trace }),
    data: event.data,
    cloudEvent: isCloudEvent(message),
  };
}

function decode({ content, fields, properties }: ConsumeMessage, now: () => Date): Event {
  const message = { exchange: fields.exchange, routingKey: fields.routingKey, content, properties };
  try {
    return decodeEvent(message, now);
  } catch {
    const asText = { ...properties, contentType: 'text/plain' };
    const event = decodeEvent({ ...message, properties: asText }, now);
    return isText(content) ? event : { ...event, data: content.toString('base64') };
  }
}

function isCloudEvent({ properties: { headers, contentType } }: ConsumeMessage): boolean {
  const marks = ['cloudEvents:specversion', 'cloudEvents_specversion'];
  return (
    String(contentType).startsWith('application/cloudevents+json') || marks.some((mark) => mark in (headers ?? {}))
  );
}

function isText(content: Buffer): boolean {
  return Buffer.from(content.toString('utf8'), 'utf8').equals(content);
}
