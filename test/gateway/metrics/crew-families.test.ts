import type { MetricFamily } from '@mscli/runtime/metrics';
import { expect, it } from 'vitest';
import { CrewFamilies } from '../../../src/gateway/metrics/crew-families.js';

function worker(startedAt: number, requests: number): MetricFamily[] {
  return [
    { kind: 'counter', name: 'requests', help: 'h', samples: [{ labels: {}, value: requests }] },
    { kind: 'gauge', name: 'running', help: 'h', merged: 'sum', samples: [{ labels: {}, value: 1 }] },
    { kind: 'gauge', name: 'process_start_time_seconds', help: 'h', samples: [{ labels: {}, value: startedAt }] },
  ];
}

const own = { id: 'gateway-1', families: [] };

function seen(families: readonly MetricFamily[]) {
  const samples = (name: string) => families.find((family) => family.name === name)?.samples ?? [];
  return {
    requests: samples('requests').map((sample) => ('value' in sample ? sample.value : undefined)),
    running: samples('running').map((sample) => ('value' in sample ? sample.value : undefined)),
    workers: samples('process_start_time_seconds').map(({ labels }) => labels.worker),
  };
}

it('never counts back: what a worker has counted stays when it is replaced or is silent', () => {
  const crew = new CrewFamilies();
  const merge = (answers: Record<string, MetricFamily[]>) => seen(crew.merge(new Map(Object.entries(answers)), own));
  expect(merge({ a: worker(1, 10), b: worker(2, 5) })).toEqual({ requests: [15], running: [2], workers: ['a', 'b'] });
  expect(merge({ a: worker(1, 11) })).toEqual({ requests: [16], running: [1], workers: ['a'] });
  expect(merge({ a: worker(1, 12), b: worker(3, 1) })).toEqual({ requests: [18], running: [2], workers: ['a', 'b'] });
  expect(merge({ a: worker(4, 0), b: worker(5, 0) }).requests).toEqual([18]);
  expect(merge({}).requests).toEqual([18]);
});
