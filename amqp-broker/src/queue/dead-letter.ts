import { type Field, type FieldTable, long, longstr, NO_FIELDS } from '../codec/field.js';
import type { Properties } from '../codec/properties.js';
import type { Message } from '../message.js';
import { keysIn, propertiesOf, withProperties } from '../message-headers.js';
import type { Queue } from './queue.js';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** A message on its way to a dead-letter exchange. */
export interface DeadLetter {
  readonly message: Message;
  readonly routingKeys: readonly string[];
  /** Queues whose copy would complete a cycle in which nobody rejected the message. */
  completesCycle(queue: Queue): boolean;
}

type Death = FieldTable;

/** Makes the message that a queue sends to its dead-letter exchange, with RabbitMQ's x-death headers; `now` in milliseconds. */
export function deadLetterOf(queue: Queue, message: Message, reason: DeathReason, now: number): DeadLetter {
  const properties = propertiesOf(message);
  const headers = properties.headers ?? NO_FIELDS;
  const ownKeys = [message.routingKey, ...keysIn(headers.get('CC'))];
  const routingKey = queue.policy.deadLetterRoutingKey;
  const deaths = recordDeath(deathsIn(headers), queue, message, reason, properties, ownKeys, now);
  const { expiration: _, ...rest } = properties;
  const letter = withProperties(message, {
    ...rest,
    headers: withDeaths(headers, deaths, queue, message, reason, routingKey),
  });
  return {
    message: {
      ...letter,
      exchange: queue.policy.deadLetterExchange ?? '',
      routingKey: routingKey ?? message.routingKey,
      expirationMs: undefined,
    },
    routingKeys: routingKey === undefined ? ownKeys : [routingKey],
    completesCycle: (target) => reason !== 'rejected' && isCycle(deaths, target.name),
  };
}

function deathsIn(headers: FieldTable): Death[] {
  const field = headers.get('x-death');
  if (field?.type !== 'array') return [];
  return field.value.flatMap((item) => (item.type === 'table' ? [item.value] : []));
}

/** The list of deaths, newest first; a second death in one queue for one reason counts up. */
function recordDeath(
  deaths: Death[],
  queue: Queue,
  message: Message,
  reason: DeathReason,
  properties: Properties,
  routingKeys: readonly string[],
  now: number,
): Death[] {
  const same = (death: Death) => death.get('queue')?.value === queue.name && death.get('reason')?.value === reason;
  const earlier = deaths.find(same);
  if (earlier !== undefined) {
    const count = earlier.get('count');
    const again = new Map(earlier).set('count', long(count?.type === 'long' ? count.value + 1n : 1n));
    return [again, ...deaths.filter((death) => death !== earlier)];
  }
  const death = new Map<string, Field>([
    ['count', long(1)],
    ['reason', longstr(reason)],
    ['queue', longstr(queue.name)],
    ['time', { type: 'timestamp', value: BigInt(Math.floor(now / 1000)) }],
    ['exchange', longstr(message.exchange)],
  ]);
  if (properties.expiration !== undefined) death.set('original-expiration', longstr(properties.expiration));
  death.set('routing-keys', { type: 'array', value: routingKeys.map(longstr) });
  return [death, ...deaths];
}

function withDeaths(
  headers: FieldTable,
  deaths: readonly Death[],
  queue: Queue,
  message: Message,
  reason: DeathReason,
  routingKey: string | undefined,
): FieldTable {
  const result = new Map(headers);
  if (routingKey !== undefined) result.delete('CC');
  result.set('x-death', { type: 'array', value: deaths.map((death) => ({ type: 'table', value: death })) });
  if (!result.has('x-first-death-reason')) {
    result.set('x-first-death-reason', longstr(reason));
    result.set('x-first-death-queue', longstr(queue.name));
    result.set('x-first-death-exchange', longstr(message.exchange));
  }
  result.set('x-last-death-reason', longstr(reason));
  result.set('x-last-death-queue', longstr(queue.name));
  result.set('x-last-death-exchange', longstr(message.exchange));
  return result;
}

function isCycle(deaths: readonly Death[], queue: string): boolean {
  const index = deaths.findIndex((death) => death.get('queue')?.value === queue);
  if (index < 0) return false;
  return deaths.slice(0, index + 1).every((death) => death.get('reason')?.value !== 'rejected');
}
