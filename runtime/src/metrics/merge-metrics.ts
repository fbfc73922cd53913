import type { Distribution, Labels, MetricFamily, Sample } from './family.js';

/** The metrics of one process among several. */
export interface ProcessMetrics {
  /** What tells it from the others, such as its number. */
  readonly process: string;
  readonly families: readonly MetricFamily[];
}

/**
 * One page of several processes that do the same work: counters, histograms and the gauges that say so are added up; other gauges
 * are shown for each process, with its name in the given label. Families keep the order in which they first come.
 */
export function mergeMetrics(processes: readonly ProcessMetrics[], label = 'worker'): MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const { process, families } of processes) {
    for (const family of families) {
      const own = isOfEach(family) ? labelled(family, { [label]: process }) : family;
      const before = merged.get(own.name);
      merged.set(own.name, before === undefined ? own : added(before, own));
    }
  }
  return [...merged.values()];
}

function isOfEach(family: MetricFamily): boolean {
  return family.kind === 'gauge' && family.merged !== 'sum';
}

function labelled(family: MetricFamily, more: Labels): MetricFamily {
  const samples = family.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...more } }));
  return { ...family, samples } as MetricFamily;
}

function added(left: MetricFamily, right: MetricFamily): MetricFamily {
  if (left.kind === 'histogram') {
    return right.kind === 'histogram' ? { ...left, samples: addUp(left.samples, right.samples, addCounts) } : left;
  }
  return right.kind === 'histogram' ? left : { ...left, samples: addUp(left.samples, right.samples, addValues) };
}

function addUp<S extends { readonly labels: Labels }>(
  left: readonly S[],
  right: readonly S[],
  add: (left: S, right: S) => S,
): S[] {
  const byLabels = new Map(left.map((sample) => [keyOf(sample.labels), sample]));
  for (const sample of right) {
    const key = keyOf(sample.labels);
    const before = byLabels.get(key);
    byLabels.set(key, before === undefined ? sample : add(before, sample));
  }
  return [...byLabels.values()];
}

function addValues(left: Sample, right: Sample): Sample {
  return { labels: left.labels, value: left.value + right.value };
}

function addCounts(left: Distribution, right: Distribution): Distribution {
  return {
    labels: left.labels,
    counts: left.counts.map((count, index) => count + (right.counts[index] ?? 0)),
    sum: left.sum + right.sum,
  };
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
