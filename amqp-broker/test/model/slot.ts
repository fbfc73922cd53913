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

/** Takes what a channel was told since the last operation: by queue, since in what order several queues reach it is up to chance. */
export function takeTold(slot: Slot): Record<string, unknown[]> {
  const told = slot.told.splice(0);
  const queues = new Set(told.flatMap(({ from }) => (from === '' ? [] : [from])));
  if (queues.size > 1) slot.mixed = true;
  const byQueue: Record<string, unknown[]> = {};
  for (const from of ['', ...[...queues].sort()]) {
    const some = told.filter((each) => each.from === from);
    if (some.length === 0) continue;
    byQueue[from] = some.map(({ what, tag }) =>
      tag === undefined || slot.mixed ? what : { tag, ...(what as object) },
    );
    for (const { tag } of some) if (tag !== undefined) slot.held.push({ tag, queue: from });
  }
  return byQueue;
}
