import type { Distribution, Labels, Sample } from '@mscli/runtime/metrics';
import { DurationBuckets } from './duration-buckets.js';
import { RequestGrid } from './request-grid.js';

/** What became of the requests of one route. */
export class RouteCounts {
  readonly #route: string;
  /** By service: the route's own and its canary. */
  readonly #grids = new Map<string, RequestGrid>();
  readonly #durations = new DurationBuckets();
  readonly #refused = new Map<string, number>();
  readonly #brokenOff = new Map<string, number>();
  readonly #retried = new Map<string, number>();
  readonly #cached = new Map<string, number>();

  /** The path of the route, or empty for requests that no route took. */
  constructor(route: string) {
    this.#route = route;
  }

  ended(service: string, method: string, status: number): void {
    let grid = this.#grids.get(service);
    if (grid === undefined) {
      grid = new RequestGrid();
      this.#grids.set(service, grid);
    }
    grid.add(method, status);
  }

  took(seconds: number): void {
    this.#durations.observe(seconds);
  }

  refused(reason: string): void {
    increase(this.#refused, reason);
  }

  brokeOff(reason: string): void {
    increase(this.#brokenOff, reason);
  }

  retried(reason: string): void {
    increase(this.#retried, reason);
  }

  cached(outcome: string): void {
    increase(this.#cached, outcome);
  }

  get requests(): Sample[] {
    return [...this.#grids].flatMap(([service, grid]) => grid.samples({ ...this.#labels, service }));
  }

  get durations(): Distribution[] {
    return this.#grids.size === 0 ? [] : [this.#durations.distribution(this.#labels)];
  }

  get refusals(): Sample[] {
    return this.#byReason(this.#refused);
  }

  get breaks(): Sample[] {
    return this.#byReason(this.#brokenOff);
  }

  get retries(): Sample[] {
    return this.#byReason(this.#retried);
  }

  get cacheVisits(): Sample[] {
    return [...this.#cached].map(([outcome, value]) => ({ labels: { ...this.#labels, outcome }, value }));
  }

  get #labels(): Labels {
    return { route: this.#route };
  }

  #byReason(counts: ReadonlyMap<string, number>): Sample[] {
    return [...counts].map(([reason, value]) => ({ labels: { ...this.#labels, reason }, value }));
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
