import { type MetricFamily, mergeMetrics } from '@mscli/runtime/metrics';

const STARTED_AT = 'process_start_time_seconds';

/**
 * The metrics of several workers as those of one gateway. What a worker has counted stays when it is replaced or does not answer:
 * a sum that falls would be taken for a restart of all of them.
 */
export class CrewFamilies {
  readonly #latest = new Map<string, readonly MetricFamily[]>();
  #departed: readonly MetricFamily[] = [];

  /**
   * @param answers what the workers say, by their ids
   * @param own what the process that asks them says of itself
   */
  merge(
    answers: ReadonlyMap<string, readonly MetricFamily[]>,
    own: { id: string; families: readonly MetricFamily[] },
  ): MetricFamily[] {
    for (const [id, families] of answers) {
      const before = this.#latest.get(id) ?? [];
      if (startOf(before) !== startOf(families)) this.#departed = sum([this.#departed, totalsOf(before)]);
      this.#latest.set(id, families);
    }
    const silent = [...this.#latest].filter(([id]) => !answers.has(id)).map(([, families]) => totalsOf(families));
    return mergeMetrics([
      ...[...answers].map(([process, families]) => ({ process, families })),
      { process: '', families: sum([this.#departed, ...silent]) },
      { process: own.id, families: own.families },
    ]);
  }
}

function startOf(families: readonly MetricFamily[]): number | undefined {
  const family = families.find(({ name }) => name === STARTED_AT);
  return family?.kind === 'gauge' ? family.samples[0]?.value : undefined;
}

function totalsOf(families: readonly MetricFamily[]): MetricFamily[] {
  return families.filter(({ kind }) => kind !== 'gauge');
}

function sum(all: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  return mergeMetrics(all.map((families) => ({ process: '', families })));
}
