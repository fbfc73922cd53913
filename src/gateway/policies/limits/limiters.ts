import { Bulkhead, type BulkheadRule, type Waiting } from './bulkhead.js';
import { type BucketRule, type Draw, TokenBuckets } from './token-buckets.js';

/** Where a limit is counted: in this process alone, or for all workers of a gateway together. Whoever has the same name has the same counts. */
export interface Limiters {
  buckets(name: string, rule: BucketRule): Buckets;
  places(name: string, rule: BulkheadRule): Places;
}

/** The token buckets of a route. They are disposed of when no route asks them any more. */
export interface Buckets extends Disposable {
  /** A promise where others count; undefined when they cannot be asked. */
  take(key: string): Draw | Promise<Draw | undefined>;
}

/** The places of a route. They are disposed of when no route asks them any more, and those that are taken are still left. */
export interface Places extends Disposable {
  /** Whether there is a place, where that is known at once. Each place needs a {@link leave}. */
  enter(): boolean | Waiting;
  leave(): void;
}

/** Counts in this process, and gives every answer at once. */
export function ownLimiters(now: () => number): Limiters {
  return {
    buckets(_, rule) {
      const buckets = new TokenBuckets(rule);
      return { take: (key) => buckets.take(key, now()), [Symbol.dispose]() {} };
    },
    places(_, rule) {
      const bulkhead = new Bulkhead(rule);
      return { enter: () => bulkhead.enter(), leave: () => bulkhead.leave(), [Symbol.dispose]() {} };
    },
  };
}
