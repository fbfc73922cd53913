import type { MetricsFormat } from '@mscli/runtime/metrics';
import { weightOf } from '../policies/compression/accept-encoding.js';

/** What a scraper's Accept asks for: OpenMetrics where it likes that at least as much as anything else. */
export function chooseFormat(accept: string): MetricsFormat {
  const ranges = accept.split(',').map(readRange);
  const open = ranges.find(({ type }) => type === 'application/openmetrics-text');
  const best = Math.max(...ranges.map(({ quality }) => quality));
  return open !== undefined && open.quality > 0 && open.quality >= best ? 'openmetrics' : 'prometheus';
}

function readRange(range: string): { type: string; quality: number } {
  const [type = '', ...parameters] = range.split(';');
  return { type: type.trim().toLowerCase(), quality: weightOf(parameters) };
}
