import type { Distribution, Labels, MetricFamily } from './family.js';

/** How metrics are written: Prometheus' text format 0.0.4, or OpenMetrics 1.0. */
export type MetricsFormat = 'prometheus' | 'openmetrics';

/** The `Content-Type` of each format. */
export const metricsContentType: Readonly<Record<MetricsFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The page that Prometheus reads. Families without a value are left out. Default format `prometheus`. */
export function renderMetrics(families: readonly MetricFamily[], format: MetricsFormat = 'prometheus'): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap((family) => linesOf(family, format));
  if (format === 'openmetrics') lines.push('# EOF');
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function linesOf(family: MetricFamily, format: MetricsFormat): string[] {
  // OpenMetrics names a counter without its suffix, the older format with it.
  const titled = family.kind === 'counter' && format === 'prometheus' ? `${family.name}_total` : family.name;
  const help = format === 'openmetrics' ? escapeLabel(family.help) : escapeHelp(family.help);
  return [`# HELP ${titled} ${help}`, `# TYPE ${titled} ${family.kind}`, ...sampleLines(family)];
}

function sampleLines(family: MetricFamily): string[] {
  switch (family.kind) {
    case 'counter':
      return family.samples.map(({ labels, value }) => line(`${family.name}_total`, labels, value));
    case 'gauge':
      return family.samples.map(({ labels, value }) => line(family.name, labels, value));
    case 'histogram':
      return family.samples.flatMap((distribution) => histogramLines(family.name, family.bounds, distribution));
    default:
      return family satisfies never;
  }
}

function histogramLines(name: string, bounds: readonly number[], { labels, counts, sum }: Distribution): string[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return line(`${name}_bucket`, { ...labels, le: number(bounds[index] ?? Number.POSITIVE_INFINITY) }, total);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${number(value)}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
