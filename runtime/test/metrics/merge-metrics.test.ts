import { type MetricFamily, mergeMetrics } from '@mscli/runtime/metrics';
import { expect, test } from 'vitest';

function familiesOf(route: string, value: number): MetricFamily[] {
  const labels = { route };
  return [
    { kind: 'counter', name: 'requests', help: 'h', samples: [{ labels, value }] },
    { kind: 'gauge', name: 'running', help: 'h', merged: 'sum', samples: [{ labels: {}, value }] },
    { kind: 'gauge', name: 'state', help: 'h', samples: [{ labels: { state: 'open' }, value }] },
    {
      kind: 'histogram',
      name: 'duration_seconds',
      help: 'h',
      bounds: [1],
      samples: [{ labels, counts: [value, 1], sum: value }],
    },
  ];
}

test('counters, histograms and running totals are added up; states are shown for each process', () => {
  const merged = mergeMetrics([
    { process: '1', families: familiesOf('/a', 1) },
    { process: '2', families: familiesOf('/a', 2) },
    { process: '3', families: familiesOf('/b', 4) },
  ]);
  expect(merged.map(({ name }) => name)).toEqual(['requests', 'running', 'state', 'duration_seconds']);
  expect(merged.map(({ samples }) => samples)).toEqual([
    [
      { labels: { route: '/a' }, value: 3 },
      { labels: { route: '/b' }, value: 4 },
    ],
    [{ labels: {}, value: 7 }],
    [
      { labels: { state: 'open', worker: '1' }, value: 1 },
      { labels: { state: 'open', worker: '2' }, value: 2 },
      { labels: { state: 'open', worker: '3' }, value: 4 },
    ],
    [
      { labels: { route: '/a' }, counts: [3, 2], sum: 3 },
      { labels: { route: '/b' }, counts: [4, 1], sum: 4 },
    ],
  ]);
});

test('the order of labels does not matter', () => {
  const family = (labels: Record<string, string>): MetricFamily[] => [
    { kind: 'counter', name: 'requests', help: 'h', samples: [{ labels, value: 1 }] },
  ];
  const merged = mergeMetrics([
    { process: '1', families: family({ a: '1', b: '2' }) },
    { process: '2', families: family({ b: '2', a: '1' }) },
  ]);
  expect(merged[0]?.samples).toEqual([{ labels: { a: '1', b: '2' }, value: 2 }]);
});
