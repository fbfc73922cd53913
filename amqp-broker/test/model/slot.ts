import type { Channel, ConfirmChannel } from 'amqplib';
import { TRANSACTIONAL } from './operations.js';

/** A delivery that is not settled. */
export interface Held {
  tag: number;
  queue: string;
}

/** Something that the broker told a channel; `from` is the queue that it came from, empty for everything but deliveries. */
export interface Told {
  from: string;
  what: unknown;
  /** Of a delivery that is to be settled. */
  tag?: number | undefined;
}

/** One of the sequence's channels; it is opened at its first use, and again after it was closed. */
export interface Slot {
  readonly channel: Channel;
  /** Undefined on the transactional channel. */
  readonly confirms: ConfirmChannel | undefined;
  open: boolean;
  held: Held[];
  /** Settled in a transaction that is not committed yet. */
  pending: Held[];
  /** Tags of its consumers and the queues that they consume from. */
  consumers: { tag: string; queue: string }[];
  /** Whether a window for the whole channel was set. */
  windowed: boolean;
  /** Whether deliveries of several queues came at once: which of them had which tag is up to chance. */
  mixed: boolean;
  told: Told[];
}

const CONNECTIONS = [0, 0, 1, 1, 0];

export const CHANNELS = CONNECTIONS.length;

export function connectionOf(channel: number): number {
  return CONNECTIONS[channel] as number;
}

export function newSlot(number: number, channel: Channel, told: Told[]): Slot {
  const confirms = number === TRANSACTIONAL ? undefined : (channel as ConfirmChannel);
  const state = { held: [], pending: [], consumers: [], windowed: false, mixed: false };
  return { channel, confirms, open: true, ...state, told };
}

/**
 * Takes what a channel was told since the last operation: by queue, since in what order several queues reach it is up to chance, and
 * where messages that died in several queues reached one, also by the queue that they died in.
 */
export function takeTold(slot: Slot): Record<string, unknown[]> {
  const told = slot.told.splice(0).map((each) => ({ ...each, death: lastDeath(each.what) }));
  const graves = new Set(told.flatMap(({ death }) => death ?? []));
  const sourceOf = (each: (typeof told)[number]) =>
    graves.size > 1 && each.death !== undefined ? `${each.from}, died in ${each.death}` : each.from;
  const sources = [...new Set(told.map(sourceOf))].sort();
  if (sources.filter((source) => source !== '').length > 1) slot.mixed = true;
  const bySource: Record<string, unknown[]> = {};
  for (const source of sources) {
    const some = told.filter((each) => sourceOf(each) === source);
    bySource[source] = some.map(({ what, tag }) =>
      tag === undefined || slot.mixed ? what : { tag, ...(what as object) },
    );
    for (const { tag, from } of some) if (tag !== undefined) slot.held.push({ tag, queue: from });
  }
  return bySource;
}

function lastDeath(what: unknown): string | undefined {
  const { headers } = what as { headers?: { 'x-death'?: { queue: string }[] } };
  return headers?.['x-death']?.[0]?.queue;
}
