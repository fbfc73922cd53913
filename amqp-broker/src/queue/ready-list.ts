import { bodySize } from '../message.js';
import { Deque } from './deque.js';
import type { Entry } from './entry.js';

/**
 * The messages of a queue that wait for a consumer, in the order of their sequence.
 * New ones join the end of a ring; returned ones go to a heap, so that putting one back in its old place costs O(log n) and not O(n).
 */
export class ReadyList {
  private readonly fresh = new Deque<Entry>();
  private readonly returned: Entry[] = [];

  /** Bytes of all their bodies. */
  bytes = 0;

  get length(): number {
    return this.fresh.length + this.returned.length;
  }

  first(): Entry | undefined {
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
    this.fresh.push(entry);
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

  *[Symbol.iterator](): Generator<Entry> {
    yield* this.returned;
    yield* this.fresh;
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
