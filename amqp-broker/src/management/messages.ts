import { writeProperties } from '../codec/properties.js';
import { scanProperties } from '../codec/property-scan.js';
import { AmqpError } from '../errors.js';
import { bodySize, type Message } from '../message.js';
import { propertiesOf } from '../message-headers.js';
import { readMessage } from '../message-intake.js';
import { requireAccess } from '../queue/declare.js';
import type { Entry } from '../queue/entry.js';
import { outgoing } from '../queue/outgoing.js';
import type { Queue } from '../queue/queue.js';
import { notFound } from '../resource.js';
import { type Answer, ApiError, found } from './answer.js';
import { type Call, param, requireKeys, targetOf } from './call.js';
import { exchangeName } from './exchanges.js';
import { fromJson, toJson } from './fields.js';
import { bytes, text } from './text.js';

/** Properties by RabbitMQ's names, with the type that JSON has for them. */
const PROPERTIES = [
  ['content_type', 'contentType', 'string'],
  ['content_encoding', 'contentEncoding', 'string'],
  ['delivery_mode', 'deliveryMode', 'number'],
  ['priority', 'priority', 'number'],
  ['correlation_id', 'correlationId', 'string'],
  ['reply_to', 'replyTo', 'string'],
  ['expiration', 'expiration', 'string'],
  ['message_id', 'messageId', 'string'],
  ['timestamp', 'timestamp', 'number'],
  ['type', 'type', 'string'],
  ['user_id', 'userId', 'string'],
  ['app_id', 'appId', 'string'],
  ['cluster_id', 'clusterId', 'string'],
] as const;

export function publishMessage(call: Call): Answer {
  const host = targetOf(call);
  requireKeys(call, ['properties', 'routing_key', 'payload', 'payload_encoding']);
  const name = exchangeName(call);
  const exchange = host.exchanges.get(name);
  // RabbitMQ publishes with a client of its own here, and shows the code that it got.
  if (exchange === undefined) throw shown(notFound('exchange', name, host.name));
  if (exchange.internal) throw new AmqpError('ACCESS_REFUSED', 'cannot publish to an internal exchange');
  const list = writeProperties(propertiesIn(call.body.properties));
  const content = Buffer.concat([list, payloadOf(call.body)]);
  const to = { exchange: name, routingKey: bytes(String(call.body.routing_key)) };
  const { message, routingKeys } = readMessage(to, content, list.length, scanProperties(content, list.length));
  const outcome = host.deliver(host.route(exchange, routingKeys, message), message, true);
  return found({ routed: outcome !== 'unrouted' });
}

/** Takes messages from a queue, and gives them back or not (`ackmode`). */
export function getMessages(call: Call): Answer {
  const host = targetOf(call);
  requireKeys(call, ['ackmode', 'count', 'encoding']);
  const queue = host.queues.get(param(call, 'queue'));
  if (queue === undefined)
    throw new ApiError(404, 'not_found', notFound('queue', param(call, 'queue'), host.name).message);
  requireAccess(queue, call, host.name);
  const { count, ackmode, encoding, truncate } = call.body;
  const settle = SETTLING.get(String(ackmode));
  if (settle === undefined) throw new ApiError(400, 'bad_request', `unknown ackmode '${String(ackmode)}'`);
  const entries: Entry[] = [];
  const views: unknown[] = [];
  while (entries.length < Number(count)) {
    const entry = queue.take(false);
    if (entry === undefined) break;
    entries.push(entry);
    views.push({
      redelivered: entry.redelivered,
      message_count: queue.ready.length,
      ...view(outgoing(queue, entry), encoding === 'auto', typeof truncate === 'number' ? truncate : undefined),
    });
  }
  settle(queue, entries);
  return found(views);
}

/** By `ackmode`: whether messages go back, and if not, whether they count as refused. */
const SETTLING = new Map<string, (queue: Queue, entries: readonly Entry[]) => void>([
  ['ack_requeue_true', (queue, entries) => queue.requeue(entries)],
  ['reject_requeue_true', (queue, entries) => queue.requeue(entries)],
  ['ack_requeue_false', (queue, entries) => entries.forEach((entry) => void queue.settle(entry))],
  ['reject_requeue_false', (queue, entries) => queue.reject(entries)],
]);

function view(message: Message, auto: boolean, truncate: number | undefined) {
  const whole = message.content.subarray(message.bodyAt);
  const body = truncate === undefined ? whole : whole.subarray(0, truncate);
  const utf8 = body.toString('utf8');
  const isText = auto && Buffer.from(utf8).equals(body);
  return {
    payload_bytes: bodySize(message),
    exchange: text(message.exchange),
    routing_key: text(message.routingKey),
    properties: propertiesView(message),
    payload: isText ? utf8 : body.toString('base64'),
    payload_encoding: isText ? 'string' : 'base64',
  };
}

function propertiesView(message: Message): unknown {
  const properties = propertiesOf(message);
  const entries = PROPERTIES.flatMap(([name, key]) => {
    const value = properties[key];
    return value === undefined ? [] : [[name, typeof value === 'string' ? text(value) : value]];
  });
  const { headers } = properties;
  const all = headers === undefined ? entries : [...entries, ['headers', toJson(headers)]];
  // RabbitMQ shows no properties as an empty list.
  return all.length === 0 ? [] : Object.fromEntries(all);
}

function propertiesIn(given: unknown): Parameters<typeof writeProperties>[0] {
  if (typeof given !== 'object' || given === null)
    throw new ApiError(400, 'bad_request', 'properties must be an object');
  const properties: Record<string, unknown> = {};
  const values = given as Record<string, unknown>;
  for (const [name, key, type] of PROPERTIES) {
    const value = values[name];
    if (value === undefined) continue;
    if (typeof value !== type) throw new ApiError(400, 'bad_request', `the property ${name} must be a ${type}`);
    properties[key] = typeof value === 'string' ? bytes(value) : value;
  }
  if (values.headers !== undefined) properties.headers = fromJson(values.headers);
  return properties;
}

function payloadOf({ payload, payload_encoding: encoding }: Call['body']): Buffer {
  if (typeof payload !== 'string') throw new ApiError(400, 'bad_request', 'the payload must be a string');
  if (encoding === 'string') return Buffer.from(payload);
  if (encoding === 'base64') return Buffer.from(payload, 'base64');
  throw new ApiError(400, 'bad_request', `{unsupported_encoding,<<"${String(encoding)}">>}`);
}

function shown(error: AmqpError): ApiError {
  return new ApiError(400, 'bad_request', `${error.code} ${error.message}`);
}
