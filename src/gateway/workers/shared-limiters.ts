import type { BulkheadRule, Waited, Waiting } from '../policies/limits/bulkhead.js';
import type { Buckets, Limiters, Places } from '../policies/limits/limiters.js';
import type { BucketRule } from '../policies/limits/token-buckets.js';
import type { Channel } from './channel.js';
import type { PrimaryProcedures, WorkerProcedures } from './procedures.js';

type Primary = Pick<Channel<WorkerProcedures, PrimaryProcedures>, 'ask' | 'tell'>;

/** How long the primary may take for an answer before a request is refused. */
const PATIENCE_MS = 2_000;

/** Counts at the primary's, for all workers together. */
export function sharedLimiters(primary: Primary, patienceMs: number = PATIENCE_MS): Limiters {
  const [nextNumber, nextTicket] = [counter(), counter()];
  return {
    buckets: (name, rule) => new SharedBuckets(primary, { number: nextNumber(), name, rule, patienceMs }),
    places: (name, rule) => new SharedPlaces(primary, { number: nextNumber(), name, rule, patienceMs }, nextTicket),
  };
}

function counter(): () => number {
  let latest = 0;
  return () => {
    latest += 1;
    return latest;
  };
}

interface Opening<Rule> {
  /** Under which the primary knows it. */
  number: number;
  name: string;
  rule: Rule;
  patienceMs: number;
}

class SharedBuckets implements Buckets {
  readonly #primary: Primary;
  readonly #opening: Opening<BucketRule>;
  readonly #users: Users;

  constructor(primary: Primary, opening: Opening<BucketRule>) {
    const { number, name, rule } = opening;
    this.#primary = primary;
    this.#opening = opening;
    this.#users = new Users(
      () => primary.tell('openBuckets', number, name, rule),
      () => primary.tell('close', number),
    );
  }

  take(key: string) {
    const { number, patienceMs } = this.#opening;
    this.#users.add();
    const answer = this.#primary.ask('take', [number, key], patienceMs);
    // What is said is heard in the same order.
    this.#users.remove();
    return answer;
  }

  [Symbol.dispose](): void {
    this.#users.remove();
  }
}

class SharedPlaces implements Places {
  readonly #primary: Primary;
  readonly #opening: Opening<BulkheadRule>;
  readonly #users: Users;
  readonly #nextTicket: () => number;
  /** The tickets of the places that are taken; it does not matter which of them is left first. */
  readonly #held: number[] = [];

  constructor(primary: Primary, opening: Opening<BulkheadRule>, nextTicket: () => number) {
    const { number, name, rule } = opening;
    this.#primary = primary;
    this.#opening = opening;
    this.#nextTicket = nextTicket;
    this.#users = new Users(
      () => primary.tell('openPlaces', number, name, rule),
      () => primary.tell('close', number),
    );
  }

  enter(): Waiting {
    const { number, rule, patienceMs } = this.#opening;
    const ticket = this.#nextTicket();
    this.#users.add();
    let state: 'waiting' | 'abandoned' | 'over' = 'waiting';
    const longestMs = (rule.queue > 0 ? rule.waitMs : 0) + patienceMs;
    const waited = this.#primary.ask('enter', [number, ticket], longestMs).then((how): Waited => {
      const isAbandoned = state === 'abandoned';
      state = 'over';
      if (how === 'entered' && !isAbandoned) {
        this.#held.push(ticket);
        return how;
      }
      // An answer that comes later would find nobody.
      if (how === undefined) this.#primary.tell('leave', ticket);
      this.#users.remove();
      return isAbandoned ? 'gone' : (how ?? 'unknown');
    });
    const abandon = () => {
      if (state !== 'waiting') return;
      state = 'abandoned';
      this.#primary.tell('leave', ticket);
    };
    return { waited, abandon };
  }

  leave(): void {
    const ticket = this.#held.pop();
    if (ticket === undefined) return;
    this.#primary.tell('leave', ticket);
    this.#users.remove();
  }

  [Symbol.dispose](): void {
    this.#users.remove();
  }
}

/**
 * Who uses what is open at the primary's: the routes' table, and whatever runs by an earlier table. The first one opens it and
 * the last one closes it.
 */
class Users {
  #count = 0;

  constructor(
    readonly open: () => void,
    readonly close: () => void,
  ) {
    this.add();
  }

  add(): void {
    this.#count += 1;
    if (this.#count === 1) this.open();
  }

  remove(): void {
    this.#count -= 1;
    if (this.#count === 0) this.close();
  }
}
