import { COUNTED, type Counters, Counts } from './counters.js';

/** How often the counters are looked at (RabbitMQ's `collect_statistics_interval`), in milliseconds. */
const SAMPLE_MS = 5_000;
/** What happened within less time than this, in milliseconds, says nothing about a second. */
const SHORTEST_MS = 1_000;

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
  of(counters: Counters): Counts {
    const seconds = Math.max(this.now() - this.earlierAt, SHORTEST_MS) / 1_000;
    const rates = new Counts();
    for (const name of COUNTED) rates[name] = (counters[name] - counters.earlier[name]) / seconds;
    return rates;
  }

  /** What is now becomes the recent past. */
  sample(): void {
    for (const counters of this.options.counters()) {
      const { recent } = counters;
      if (counters.moved) counters.recent = copy(counters);
      counters.earlier = recent;
    }
    this.earlierAt = this.recentAt;
    this.recentAt = this.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}

function copy(counters: Counters): Counts {
  const counts = new Counts();
  for (const name of COUNTED) counts[name] = counters[name];
  return counts;
}
