import { type MetricFamily, renderMetrics } from '@mscli/runtime/metrics';
import { expect, test } from 'vitest';

const families: MetricFamily[] = [
  {
    kind: 'counter',
    name: 'requests',
    help: 'A \\ and\na "quote".',
    samples: [{ labels: { a: 'x"\\\ny' }, value: 3 }],
  },
  { kind: 'gauge', name: 'running', help: 'Now.', samples: [{ labels: {}, value: Number.POSITIVE_INFINITY }] },
  {
    kind: 'histogram',
    name: 'duration_seconds',
    help: 'Times.',
    bounds: [0.1, 1],
    samples: [{ labels: { route: '/' }, counts: [2, 0, 1], sum: 7.5 }],
  },
  { kind: 'gauge', name: 'absent', help: 'Nothing.', samples: [] },
];

test('the text format 0.0.4, with cumulative buckets', () => {
  expect(renderMetrics(families)).toBe(`# HELP requests_total A \\\\ and\\na "quote".
# TYPE requests_total counter
requests_total{a="x\\"\\\\\\ny"} 3
# HELP running Now.
# TYPE running gauge
running +Inf
# HELP duration_seconds Times.
# TYPE duration_seconds histogram
duration_seconds_bucket{route="/",le="0.1"} 2
duration_seconds_bucket{route="/",le="1"} 2
duration_seconds_bucket{route="/",le="+Inf"} 3
duration_seconds_sum{route="/"} 7.5
duration_seconds_count{route="/"} 3
`);
});

test('OpenMetrics names a counter without its suffix, escapes quotes in help, and says where it ends', () => {
  const lines = renderMetrics(families, 'openmetrics').split('\n');
  expect(lines[0]).toBe('# HELP requests A \\\\ and\\na \\"quote\\".');
  expect(lines[1]).toBe('# TYPE requests counter');
  expect(lines[2]).toMatch(/^requests_total\{/);
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
});
