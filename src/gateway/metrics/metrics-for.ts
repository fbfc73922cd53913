import type { LogAccess } from '../log-access.js';
import type { GatewaySettings } from '../settings/gateway-settings.js';
import type { GatewayMetrics, MeteredParts } from './gateway-metrics.js';
import type { Tally } from './tally.js';

/** Loaded where they are asked for: they cost nothing elsewhere. */
export async function metricsFor(
  { metrics }: GatewaySettings,
  parts: MeteredParts,
): Promise<GatewayMetrics | undefined> {
  if (metrics === undefined) return undefined;
  const { GatewayMetrics } = await import('./gateway-metrics.js');
  return new GatewayMetrics(metrics.port, parts);
}

/** Counts what is logged, where somebody counts. */
export function counted(log: LogAccess, tally: Tally | undefined): LogAccess {
  if (tally === undefined) return log;
  return (exchange, ending) => {
    const now = performance.now();
    tally.ended(exchange, ending, now);
    log(exchange, ending, now);
  };
}
