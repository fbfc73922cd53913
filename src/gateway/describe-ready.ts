import type { GatewaySettings } from './settings/gateway-settings.js';
import { workerCount } from './settings/worker-count.js';

/** What `mscli gateway` says once it listens. */
export function describeReady({ url, routes }: { url: string; routes: number }, { workers }: GatewaySettings): string {
  const alone = workerCount(workers) > 1 ? '; one process, since gateway.workers holds for `mscli up`' : '';
  return `gateway on ${url}, routes: ${routes}${alone}; Ctrl-C ends it`;
}
