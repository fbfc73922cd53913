import { bodySize } from '../message.js';
import type { Backlog } from './backlog.js';
import type { Entry } from './entry.js';
import type { QueuePolicy } from './policy.js';
import { ReadyList } from './ready-list.js';

/** The messages that wait in a queue, next one first. */
export type Waiting = Pick<
  ReadyList,
  'length' | 'bytes' | 'first' | 'shift' | 'push' | 'putBack' | 'restore' | 'toArray'
>;

/** Plain order; with `x-max-priority` one list for each priority, the highest first; in a quorum queue what came back before all others. */
export function waitingList({ maxPriority, quorum }: Pick<QueuePolicy, 'maxPriority' | 'quorum'>): Waiting {
  if (quorum) return new ReturnsFirstList();
  return maxPriority === undefined ? new ReadyList() : new PriorityList(maxPriority);
}

/** What comes back stands in the order in which it came back, as in RabbitMQ's quorum queues. */
class ReturnsFirstList implements Waiting {
  private readonly returned = new ReadyList();
  private readonly fresh = new ReadyList();

  get length(): number {
    return this.returned.length + this.fresh.length;
  }

  get bytes(): number {
    return this.returned.bytes + this.fresh.bytes;
  }

  first(): Entry | undefined {
    return this.returned.first() ?? this.fresh.first();
  }

  shift(): Entry | undefined {
    return this.returned.shift() ?? this.fresh.shift();
  }

  push(entry: Entry): void {
    this.fresh.push(entry);
  }

  putBack(entry: Entry): void {
    this.returned.push(entry);
  }

  restore(backlog: Backlog): void {
    this.fresh.restore(backlog);
  }

  toArray(): Entry[] {
    return this.returned.toArray().concat(this.fresh.toArray());
  }
}

/** A priority above the queue's highest counts as the highest. */
export function levelOf({ message }: Entry, maxPriority: number): number {
  return Math.min(message.priority, maxPriority);
}

class PriorityList implements Waiting {
  private readonly levels: readonly ReadyList[];
  bytes = 0;
  private count = 0;

  constructor(maxPriority: number) {
    this.levels = Array.from({ length: maxPriority + 1 }, () => new ReadyList());
  }

  get length(): number {
    return this.count;
  }

  first(): Entry | undefined {
    return this.highest()?.first();
  }

  shift(): Entry | undefined {
    const entry = this.highest()?.shift();
    if (entry === undefined) return undefined;
    this.count -= 1;
    this.bytes -= bodySize(entry.message);
    return entry;
  }

  push(entry: Entry): void {
    this.listOf(entry).push(entry);
    this.add(entry);
  }

  putBack(entry: Entry): void {
    this.listOf(entry).putBack(entry);
    this.add(entry);
  }

  restore(backlog: Backlog): void {
    for (let entry = backlog.next(); entry !== undefined; entry = backlog.next()) this.push(entry);
  }

  toArray(): Entry[] {
    return this.levels.flatMap((level) => level.toArray());
  }

  private add(entry: Entry): void {
    this.count += 1;
    this.bytes += bodySize(entry.message);
  }

  private highest(): ReadyList | undefined {
    return this.count === 0 ? undefined : this.levels.findLast((level) => level.length > 0);
  }

  private listOf(entry: Entry): ReadyList {
    return this.levels[levelOf(entry, this.levels.length - 1)] as ReadyList;
  }
}
