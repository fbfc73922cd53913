/**
 * Metrics as data, and how Prometheus reads them.
 *
 * @module
 */
export type * from './family.js';
export { mergeMetrics, type ProcessMetrics } from './merge-metrics.js';
export { type MetricsFormat, metricsContentType, renderMetrics } from './render-metrics.js';
