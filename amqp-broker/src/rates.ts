import { COUNTED, type Counted, type Counters } from './counters.js';

/** How often the counters are looked at (RabbitMQ's `collect_statistics_interval`), in milliseconds. */
const SAMPLE_MS = 5_000;
/** What happened within less time than this, in milliseconds, says nothing about a second. */
const SHORTEST_MS = 1_000;

type Sample = Readonly<Record<Counted, number>>;

export interface RatesOptions {
  /** All counters that there are now. */
  counters(): Iterable<Counters>;
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number;
}

/**
 * How many a second: what the counters say now beside what they said one or two samples ago. Counting costs an addition;
 * samples are taken every five seconds, and cost a copy for each counter that moved.
 */
export class Rates implements Disposable {
  private readonly options: RatesOptions;
  private readonly now: () => number;
  private readonly timer: NodeJS.Timeout;
  private earlier = new WeakMap<Counters, Sample>();
  private recent = new WeakMap<Counters, Sample>();
  private earlierAt: number;
  private recentAt: number;

  constructor(options: RatesOptions) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
    this.earlierAt = this.now();
    this.recentAt = this.earlierAt;
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
    this.timer.unref();
  }

  /** By what is counted: how often it happened a second, over the last five to ten seconds. */
  of(counters: Counters): Record<Counted, number> {
    const before = this.earlier.get(counters);
    const seconds = Math.max(this.now() - this.earlierAt, SHORTEST_MS) / 1_000;
    const rates = COUNTED.map((name) => [name, (counters[name] - (before?.[name] ?? 0)) / seconds]);
    return Object.fromEntries(rates) as Record<Counted, number>;
  }

  /** What is now becomes the recent past. */
  sample(): void {
    const current = new WeakMap<Counters, Sample>();
    for (const counters of this.options.counters()) {
      const last = this.recent.get(counters);
      current.set(counters, last !== undefined && isSame(last, counters) ? last : { ...counters });
    }
    this.earlier = this.recent;
    this.earlierAt = this.recentAt;
    this.recent = current;
    this.recentAt = this.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}

function isSame(sample: Sample, counters: Counters): boolean {
  return COUNTED.every((name) => sample[name] === counters[name]);
}
