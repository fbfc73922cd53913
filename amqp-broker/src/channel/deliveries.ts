import { AmqpError } from '../errors.js';
import type { Consumer } from '../queue/consumer.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';

/** A consumer of the channel, as its deliveries know it. */
export interface Subscriber extends Consumer {
  readonly queue: Queue;
  /** How many unsettled deliveries it may have; 0 for no limit. */
  readonly prefetch: number;
  /** Deliveries not settled yet. */
  outstanding: number;
  /** Tells the queue that there is room, when it was told before that there was none. */
  resume(): void;
}

/** A message that the client has and has not settled. */
export interface Delivery {
  readonly tag: number;
  /** When it was delivered, in milliseconds since the epoch. */
  readonly at: number;
  readonly queue: Queue;
  readonly entry: Entry;
  /** Undefined for basic.get. */
  readonly subscription: Subscriber | undefined;
}

/** The unsettled deliveries of one channel by their tags. */
export class Deliveries {
  /** How many the whole channel may hold (basic.qos global); 0 for no limit. */
  window = 0;
  /** How many of them came to consumers: only these count for the window. */
  private consumed = 0;
  private lastTag = 0;
  private byTag = new Map<number, Delivery>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  get full(): boolean {
    return this.window > 0 && this.consumed >= this.window;
  }

  get size(): number {
    return this.byTag.size;
  }

  /** The tag that the next delivery will have. */
  get upcomingTag(): number {
    return this.lastTag + 1;
  }

  /** The delivery that has been unsettled for longest. */
  get oldest(): Delivery | undefined {
    for (const delivery of this.byTag.values()) return delivery;
    return undefined;
  }

  /** The tag for a delivery that needs no settling. */
  nextTag(): number {
    this.lastTag += 1;
    return this.lastTag;
  }

  /** Notes a delivery and answers its tag; `subscription` is undefined for basic.get. */
  add(queue: Queue, entry: Entry, subscription: Subscriber | undefined): number {
    const tag = this.nextTag();
    this.byTag.set(tag, { tag, at: this.now(), queue, entry, subscription });
    if (subscription !== undefined) this.consumed += 1;
    return tag;
  }

  /** Takes what a tag settles: one delivery, or with `multiple` all up to it; tag 0 stands for all. Unknown tags, those of `multiple` too, are PRECONDITION_FAILED. */
  take(tag: number, multiple: boolean): readonly Delivery[] {
    if (!multiple) {
      const delivery = this.byTag.get(tag);
      if (delivery === undefined) throw unknownTag(tag);
      this.forget(tag, delivery);
      return [delivery];
    }
    if (tag === 0) return this.takeAll();
    if (!this.byTag.has(tag)) throw unknownTag(tag);
    const taken: Delivery[] = [];
    for (const [each, delivery] of this.byTag) {
      if (each > tag) break;
      this.forget(each, delivery);
      taken.push(delivery);
    }
    return taken;
  }

  takeAll(): readonly Delivery[] {
    const all = [...this.byTag.values()];
    this.byTag.clear();
    this.consumed = 0;
    return all;
  }

  /** Undoes `take`. */
  putBack(deliveries: readonly Delivery[]): void {
    const all = [...this.byTag.values(), ...deliveries].sort((a, b) => a.tag - b.tag);
    this.byTag = new Map(all.map((delivery) => [delivery.tag, delivery]));
    this.consumed = all.filter(({ subscription }) => subscription !== undefined).length;
  }

  private forget(tag: number, delivery: Delivery): void {
    this.byTag.delete(tag);
    if (delivery.subscription !== undefined) this.consumed -= 1;
  }
}

function unknownTag(tag: number): AmqpError {
  return new AmqpError('PRECONDITION_FAILED', `unknown delivery tag ${tag}`);
}
