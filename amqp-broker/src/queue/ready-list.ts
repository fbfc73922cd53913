import { bodySize } from '../message.js';
import type { Backlog } from './backlog.js';
import { Deque } from './deque.js';
import type { Entry } from './entry.js';

const MADE_AT_ONCE = 64;

/**
 * The messages of a queue that wait for a consumer, in the order of their sequence.
 * New ones join the end of a ring; returned ones go to a heap, so that putting one back in its old place costs O(log n) and not O(n).
 */
export class ReadyList {
  private fresh = new Deque<Entry>();
  /** What waits since before the broker started, behind those in `fresh`; new ones then wait in `newer`. */
  private backlog: Backlog | undefined;
  private newer: Deque<Entry> | undefined;
  private readonly returned: Entry[] = [];

  /** Bytes of all their bodies. */
  bytes = 0;

  get length(): number {
    const length = this.fresh.length + this.returned.length;
    return this.backlog === undefined ? length : length + this.backlog.length + (this.newer?.length ?? 0);
  }

  first(): Entry | undefined {
    if (this.backlog !== undefined && this.fresh.length === 0) this.refill(MADE_AT_ONCE);
    const fresh = this.fresh.first();
    const returned = this.returned[0];
    if (returned === undefined) return fresh;
    return fresh === undefined || returned.sequence < fresh.sequence ? returned : fresh;
  }

  shift(): Entry | undefined {
    const first = this.first();
    if (first === undefined) return undefined;
    this.bytes -= bodySize(first.message);
    return first === this.returned[0] ? this.pop() : this.fresh.shift();
  }

  push(entry: Entry): void {
    (this.newer ?? this.fresh).push(entry);
    this.bytes += bodySize(entry.message);
  }

  putBack(entry: Entry): void {
    this.bytes += bodySize(entry.message);
    const heap = this.returned;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry).sequence <= entry.sequence) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Puts what a journal held before all that comes; to be called first. */
  restore(backlog: Backlog): void {
    this.bytes += backlog.bytes;
    this.backlog = backlog;
    this.newer = new Deque();
  }

  /** All of them, in no order; entries are made of the whole backlog. */
  toArray(): Entry[] {
    this.refill(Number.POSITIVE_INFINITY);
    return this.returned.concat(this.fresh.toArray());
  }

  /** Makes entries of the next of the backlog, and ends it when there are none. */
  private refill(most: number): void {
    const { backlog, newer } = this;
    if (backlog === undefined || newer === undefined) return;
    for (let count = 0; count < most && backlog.length > 0; count += 1) this.fresh.push(backlog.next() as Entry);
    if (backlog.length > 0) return;
    this.backlog = this.newer = undefined;
    if (this.fresh.length === 0) this.fresh = newer;
    else for (const entry of newer.toArray()) this.fresh.push(entry);
  }

  private pop(): Entry | undefined {
    const heap = this.returned;
    const top = heap[0];
    const last = heap.pop() as Entry;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).sequence < (heap[child] as Entry).sequence) child += 1;
      if ((heap[child] as Entry).sequence >= last.sequence) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
