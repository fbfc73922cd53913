import type { Entry } from './entry.js';

/** A consumer as its queue sees it. */
export interface Consumer {
  readonly tag: string;
  readonly exclusive: boolean;
  readonly noAck: boolean;
  /** Higher ones are served first while they can take more (`x-priority`). */
  readonly priority: number;
  /** Whether its prefetch window and its socket have room. When not, it calls `queue.resume` once they have. */
  canTake(): boolean;
  deliver(entry: Entry): void;
  /** The queue is gone. */
  cancelled(): void;
}

/** The consumers of one queue: who is next, who is full. */
export class ConsumerList {
  /** All, in the order of their arrival. */
  private readonly all = new Set<Consumer>();
  /** Those that can take more, next one first. */
  private available: Consumer[] = [];
  private readonly single: boolean;
  /** The one that is served, of a queue with a single active consumer (`x-single-active-consumer`). */
  private active: Consumer | undefined;

  constructor(single: boolean) {
    this.single = single;
  }

  get size(): number {
    return this.all.size;
  }

  get exclusive(): boolean {
    for (const consumer of this.all) return consumer.exclusive;
    return false;
  }

  add(consumer: Consumer): void {
    this.all.add(consumer);
    if (this.single) this.active ??= consumer;
    this.available.push(consumer);
  }

  remove(consumer: Consumer): void {
    this.all.delete(consumer);
    this.available = this.available.filter((other) => other !== consumer);
    if (this.active === consumer) this.active = this.highest();
  }

  resume(consumer: Consumer): void {
    if (this.all.has(consumer) && !this.available.includes(consumer)) this.available.push(consumer);
  }

  /** The consumer that gets the next message; it goes to the end of the round. Full ones leave the round until they resume. */
  next(): Consumer | undefined {
    if (this.single) return this.nextSingle();
    for (;;) {
      const index = this.foremost();
      const consumer = this.available[index];
      if (consumer === undefined) return undefined;
      if (!consumer.canTake()) {
        this.available.splice(index, 1);
        continue;
      }
      if (this.available.length > 1) {
        this.available.splice(index, 1);
        this.available.push(consumer);
      }
      return consumer;
    }
  }

  /** Removes all and answers them, in the order in which a channel of RabbitMQ tells them that their queue is gone. */
  clear(): Consumer[] {
    const consumers = [...this.all].sort((a, b) => (a.tag < b.tag ? -1 : 1));
    this.all.clear();
    this.active = undefined;
    this.available = [];
    return consumers;
  }

  private nextSingle(): Consumer | undefined {
    return this.active?.canTake() ? this.active : undefined;
  }

  /** The first to arrive of those with the highest priority. */
  private highest(): Consumer | undefined {
    let best: Consumer | undefined;
    for (const consumer of this.all) if (best === undefined || consumer.priority > best.priority) best = consumer;
    return best;
  }

  private foremost(): number {
    let best = 0;
    for (let index = 1; index < this.available.length; index += 1) {
      if ((this.available[index] as Consumer).priority > (this.available[best] as Consumer).priority) best = index;
    }
    return best;
  }
}
