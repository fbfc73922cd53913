import type { Bulkhead, BulkheadRule, Waited, Waiting } from '../policies/limits/bulkhead.js';
import type { BucketRule, Draw, TokenBuckets } from '../policies/limits/token-buckets.js';
import type { SharedCounts } from './shared-counts.js';

/** How a worker counts at the primary's: under numbers of its own for what it has opened, and for the places it takes. */
export type LimitProcedures = {
  openBuckets(number: number, name: string, rule: BucketRule): void;
  openPlaces(number: number, name: string, rule: BulkheadRule): void;
  close(number: number): void;
  take(number: number, key: string): Draw | undefined;
  enter(number: number, ticket: number): Waited | Promise<Waited>;
  /** Gives back what the ticket holds, or ends its waiting. */
  leave(ticket: number): void;
};

/** The limits as one worker asks for them. When the worker is gone, they are disposed of and what it held is free. */
export class WorkerLimits implements Disposable {
  readonly procedures: LimitProcedures;
  readonly #counts: SharedCounts;
  readonly #buckets = new Map<number, { name: string; buckets: TokenBuckets }>();
  readonly #places = new Map<number, { name: string; bulkhead: Bulkhead }>();
  readonly #tickets = new Map<number, Ticket>();

  constructor(counts: SharedCounts) {
    this.#counts = counts;
    this.procedures = {
      openBuckets: (number, name, rule) => {
        this.#buckets.set(number, { name, buckets: counts.openBuckets(name, rule) });
      },
      openPlaces: (number, name, rule) => {
        this.#places.set(number, { name, bulkhead: counts.openPlaces(name, rule) });
      },
      close: (number) => this.#close(number),
      take: (number, key) => this.#buckets.get(number)?.buckets.take(key, counts.now()),
      enter: (number, ticket) => this.#enter(number, ticket),
      leave: (ticket) => this.#leave(ticket),
    };
  }

  [Symbol.dispose](): void {
    const tickets = [...this.#tickets];
    // First those that wait: a place that is left must not go to one of them.
    for (const [number, { kind }] of tickets) if (kind === 'waiting') this.#leave(number);
    for (const [number] of tickets) this.#leave(number);
    for (const number of [...this.#buckets.keys(), ...this.#places.keys()]) this.#close(number);
  }

  #close(number: number): void {
    const name = this.#buckets.get(number)?.name ?? this.#places.get(number)?.name;
    this.#buckets.delete(number);
    this.#places.delete(number);
    if (name !== undefined) this.#counts.close(name);
  }

  #enter(number: number, ticket: number): Waited | Promise<Waited> {
    const bulkhead = this.#places.get(number)?.bulkhead;
    if (bulkhead === undefined) return 'unknown';
    const entered = bulkhead.enter();
    if (entered === false) return 'full';
    if (entered === true) {
      this.#tickets.set(ticket, { kind: 'held', bulkhead });
      return 'entered';
    }
    this.#tickets.set(ticket, { kind: 'waiting', waiting: entered });
    return entered.waited.then((how) => this.#waited(ticket, how, bulkhead));
  }

  #waited(ticket: number, how: Waited, bulkhead: Bulkhead): Waited {
    const isGone = !this.#tickets.delete(ticket);
    if (how !== 'entered') return how;
    if (isGone) {
      bulkhead.leave();
      return 'gone';
    }
    this.#tickets.set(ticket, { kind: 'held', bulkhead });
    return 'entered';
  }

  #leave(number: number): void {
    const ticket = this.#tickets.get(number);
    if (ticket === undefined) return;
    this.#tickets.delete(number);
    if (ticket.kind === 'held') ticket.bulkhead.leave();
    else ticket.waiting.abandon();
  }
}

type Ticket = { kind: 'held'; bulkhead: Bulkhead } | { kind: 'waiting'; waiting: Waiting };
