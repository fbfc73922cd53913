import type { PropertyScan } from './codec/property-scan.js';
import { requireTable } from './codec/table-scan.js';
import { AmqpError } from './errors.js';
import { changed, Message } from './message.js';
import { headersOf, keysIn, propertiesOf, withProperties } from './message-headers.js';

/** Octets of a table without fields. */
const EMPTY_TABLE = 4;

/** Makes a message of what was published, with all its routing keys: the publish's own and the copies that its headers ask for. */
export function readMessage(
  to: { readonly exchange: string; readonly routingKey: string },
  content: Buffer,
  bodyAt: number,
  scan: PropertyScan,
): { message: Message; routingKeys: readonly string[] } {
  // Later they are read where nobody could be told of a fault: by the timer that dead-letters the message.
  if (scan.headersEnd > 0) requireTable(content, scan.headersAt, scan.headersEnd);
  const message = new Message({
    exchange: to.exchange,
    routingKey: to.routingKey,
    content,
    bodyAt,
    persistent: scan.deliveryMode === 2,
    priority: scan.priority,
    expirationMs: scan.expiration === undefined ? undefined : readExpiration(scan.expiration),
  });
  // "CC" is also within "BCC": messages with neither are spared the decoding of their headers.
  if (
    scan.headersEnd - scan.headersAt > EMPTY_TABLE &&
    content.subarray(scan.headersAt, scan.headersEnd).includes('CC')
  ) {
    return { message: withoutBcc(message), routingKeys: [to.routingKey, ...copyKeys(message)] };
  }
  return { message, routingKeys: [to.routingKey] };
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
      throw new AmqpError(
        'PRECONDITION_FAILED',
        `invalid message: {unacceptable_type_in_header,"${name}",${field.type}}`,
      );
    }
  }
  return [...keysIn(headers.get('CC')), ...keysIn(headers.get('BCC'))];
}

function withoutBcc(message: Message): Message {
  const properties = propertiesOf(message);
  if (!properties.headers?.has('BCC')) return message;
  const headers = new Map(properties.headers);
  headers.delete('BCC');
  const hiddenKeys = keysIn(properties.headers.get('BCC'));
  return changed(withProperties(message, { ...properties, headers }), { hiddenKeys });
}
