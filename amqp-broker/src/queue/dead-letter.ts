import { type Field, type FieldTable, long, longstr, NO_FIELDS } from '../codec/field.js';
import { changed, type Message } from '../message.js';
import { keysIn, propertiesOf, withProperties } from '../message-headers.js';
import type { QueuePolicy } from './policy.js';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** A message on its way to a dead-letter exchange. */
export interface DeadLetter {
  readonly message: Message;
  readonly routingKeys: readonly string[];
  /** Queues whose copy would complete a cycle in which nobody rejected the message. */
  completesCycle(queue: { name: string }): boolean;
}

type Death = FieldTable;

/** What died, where, why and when (milliseconds since the epoch). */
interface Dying {
  readonly queue: { readonly name: string; readonly policy: QueuePolicy };
  readonly message: Message;
  readonly reason: DeathReason;
  readonly now: number;
}

/** Makes the message that a queue sends to its dead-letter exchange, with RabbitMQ's x-death headers. */
export function deadLetterOf(dying: Dying): DeadLetter {
  const { queue, message, reason } = dying;
  const properties = propertiesOf(message);
  const { headers = NO_FIELDS, expiration, ...rest } = properties;
  const keys = [message.routingKey, ...keysIn(headers.get('CC'))];
  const routingKey = queue.policy.deadLetterRoutingKey;
  const deaths = recordDeath(deathsIn(headers), deathOf(dying, keys, expiration));
  const marked = new Map([...headers, ...marks(dying, headers), ['x-death', arrayOf(deaths)]]);
  if (routingKey !== undefined) marked.delete('CC');
  return {
    message: changed(withProperties(message, { ...rest, headers: marked }), {
      exchange: queue.policy.deadLetterExchange ?? '',
      routingKey: routingKey ?? message.routingKey,
      expirationMs: undefined,
      ...(routingKey === undefined ? {} : { hiddenKeys: [] }),
    }),
    routingKeys: routingKey === undefined ? [...keys, ...message.hiddenKeys] : [routingKey],
    completesCycle: (target) => reason !== 'rejected' && isCycle(deaths, target.name),
  };
}

function deathsIn(headers: FieldTable): Death[] {
  const field = headers.get('x-death');
  if (field?.type !== 'array') return [];
  return field.value.flatMap((item) => (item.type === 'table' ? [item.value] : []));
}

function deathOf(
  { queue, message, reason, now }: Dying,
  keys: readonly string[],
  expiration: string | undefined,
): Death {
  return new Map<string, Field>([
    ['count', long(1)],
    ['reason', longstr(reason)],
    ['queue', longstr(queue.name)],
    ['time', { type: 'timestamp', value: BigInt(Math.floor(now / 1000)) }],
    ['exchange', longstr(message.exchange)],
    ...(expiration === undefined ? [] : [['original-expiration', longstr(expiration)] as const]),
    ['routing-keys', { type: 'array', value: keys.map(longstr) }],
  ]);
}

/** The list of deaths, newest first; another death in the same queue for the same reason counts up. */
function recordDeath(deaths: readonly Death[], death: Death): Death[] {
  const same = (other: Death) => ['queue', 'reason'].every((name) => other.get(name)?.value === death.get(name)?.value);
  const earlier = deaths.find(same);
  if (earlier === undefined) return [death, ...deaths];
  const count = earlier.get('count');
  const again = new Map(earlier).set('count', long(count?.type === 'long' ? count.value + 1n : 1n));
  return [again, ...deaths.filter((other) => other !== earlier)];
}

function arrayOf(deaths: readonly Death[]): Field {
  return { type: 'array', value: deaths.map((value) => ({ type: 'table', value })) };
}

/** The headers that tell of the first death, which stay, and of the last. */
function marks({ queue, message, reason }: Dying, headers: FieldTable): [string, Field][] {
  const mark = (which: string): [string, Field][] => [
    [`x-${which}-death-reason`, longstr(reason)],
    [`x-${which}-death-queue`, longstr(queue.name)],
    [`x-${which}-death-exchange`, longstr(message.exchange)],
  ];
  return [...(headers.has('x-first-death-reason') ? [] : mark('first')), ...mark('last')];
}

function isCycle(deaths: readonly Death[], queue: string): boolean {
  const index = deaths.findIndex((death) => death.get('queue')?.value === queue);
  if (index < 0) return false;
  return deaths.slice(0, index + 1).every((death) => death.get('reason')?.value !== 'rejected');
}
