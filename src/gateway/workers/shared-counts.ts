import { Bulkhead, type BulkheadRule } from '../policies/limits/bulkhead.js';
import { type BucketRule, TokenBuckets } from '../policies/limits/token-buckets.js';

/** What all workers count together, by name. It is there as long as one of them has it open. */
export class SharedCounts {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly #buckets = new Map<string, TokenBuckets>();
  readonly #places = new Map<string, Bulkhead>();
  readonly #users = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  openBuckets(name: string, rule: BucketRule): TokenBuckets {
    return this.#open(this.#buckets, name, () => new TokenBuckets(rule));
  }

  openPlaces(name: string, rule: BulkheadRule): Bulkhead {
    return this.#open(this.#places, name, () => new Bulkhead(rule));
  }

  close(name: string): void {
    const users = (this.#users.get(name) ?? 0) - 1;
    if (users > 0) this.#users.set(name, users);
    else for (const map of [this.#users, this.#buckets, this.#places]) map.delete(name);
  }

  #open<T>(counts: Map<string, T>, name: string, make: () => T): T {
    const known = counts.get(name) ?? make();
    counts.set(name, known);
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
    return known;
  }
}
