import { MscliError } from '../errors.js';
import type { Event } from './event.js';
import { EXCHANGE } from './topology.js';
import type { OutgoingMessage } from './transport.js';

/** Prefix of CloudEvents attributes among the message headers (CloudEvents AMQP binding 1.0 §3.1.3.1). */
export const ATTRIBUTE = 'cloudEvents:';

/** Longest id, subject and key, in characters: all headers of a message must fit into 64 KiB. */
const longestAttribute = 1000;

/** Longest data, in bytes of JSON: RabbitMQ 4 closes the channel over a longer message (`max_message_size`). */
const longestData = 16 * 1024 * 1024;

/**
 * An event as a message: CloudEvents 1.0 in binary mode, the attributes in the headers, the data as JSON.
 *
 * @param appId the publishing instance
 * @throws {MscliError} `INVALID_EVENT` when the data is not JSON or above 16 MiB, or an attribute is too long
 */
export function encodeEvent(event: Event, appId?: string): OutgoingMessage {
  const headers: Record<string, string> = {
    [`${ATTRIBUTE}specversion`]: '1.0',
    [`${ATTRIBUTE}id`]: short('id', event.id),
    [`${ATTRIBUTE}source`]: short('source', event.source),
    [`${ATTRIBUTE}type`]: event.type,
    [`${ATTRIBUTE}time`]: event.time,
  };
  if (event.subject !== undefined) headers[`${ATTRIBUTE}subject`] = short('subject', event.subject);
  if (event.key !== undefined) headers[`${ATTRIBUTE}partitionkey`] = short('key', event.key);
  if (event.traceparent !== undefined) headers.traceparent = event.traceparent;
  return {
    exchange: EXCHANGE,
    routingKey: event.type,
    content: notTooLong(event.type, json(event)),
    properties: {
      // Short strings are limited to 255 bytes on the wire; the attribute in the headers is the whole id.
      messageId: fitsShortString(event.id) ? event.id : undefined,
      type: event.type,
      appId: appId !== undefined && fitsShortString(appId) ? appId : undefined,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      contentType: 'application/json',
      headers,
    },
  };
}

function short(attribute: string, value: string): string {
  if (value.length > 0 && value.length <= longestAttribute) return value;
  throw new MscliError(
    'INVALID_EVENT',
    `The ${attribute} of an event has 1 to ${longestAttribute} characters, not ${value.length}.`,
  );
}

function fitsShortString(value: string): boolean {
  return Buffer.byteLength(value) <= 255;
}

/** In the outbox it would hold up all that comes after it for ever. */
function notTooLong(type: string, content: Buffer): Buffer {
  if (content.length <= longestData) return content;
  throw new MscliError(
    'INVALID_EVENT',
    `The data of ${type} has ${content.length} bytes of JSON, above ${longestData}.`,
    {
      hint: 'Store what is large elsewhere, and publish where it is.',
    },
  );
}

function json(event: Event): Buffer {
  try {
    const text = JSON.stringify(event.data);
    return Buffer.from(text === undefined ? 'null' : text);
  } catch (cause) {
    throw new MscliError('INVALID_EVENT', `The data of ${event.type} cannot be written as JSON: ${String(cause)}`, {
      cause,
    });
  }
}
