import type { Distribution, Labels } from '@mscli/runtime/metrics';

/** In seconds: from what a gateway adds by itself to what its longest limits allow. */
export const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** How long requests took. */
export class DurationBuckets {
  /** Typed, since a number of its own would be allocated for each change of a sum. */
  readonly #counts = new Float64Array(durationBounds.length + 1);
  readonly #sum = new Float64Array(1);

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < durationBounds.length && seconds > (durationBounds[bucket] as number)) bucket++;
    (this.#counts[bucket] as number)++;
    (this.#sum[0] as number) += seconds;
  }

  distribution(labels: Labels): Distribution {
    return { labels, counts: [...this.#counts], sum: this.#sum[0] ?? 0 };
  }
}
