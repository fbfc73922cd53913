import type { TransportState } from '../events/transport.js';
import type { App } from './app.js';

/** What readiness depends on. */
export interface HealthOptions {
  /** Aborted: the service is stopping. */
  readonly stopping: AbortSignal;
  /** Why the database cannot be used. */
  readonly databaseFailure: () => Error | undefined;
  /** Where the event bus stands, when there are subscriptions. */
  readonly broker: (() => TransportState) | undefined;
  readonly now?: () => number;
}

/** A connection that was there may be away for so long before the service counts as unready: events wait meanwhile. */
const brokerGraceMs = 10_000;

export function isHealthPath(url: string): boolean {
  return url.startsWith('/health/');
}

/**
 * Adds `/health/live`, which answers while the process can, and `/health/ready`: 200 when the database is usable, the
 * broker is connected where there are subscriptions, and the service is not stopping; else 503.
 */
export function addHealthRoutes(app: App, options: HealthOptions): void {
  const brokerCheck = options.broker && watchBroker(options.broker, options.now ?? Date.now);
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const broker = brokerCheck?.();
    const database = options.databaseFailure() ? 'failed' : 'ok';
    const ready = !options.stopping.aborted && database === 'ok' && broker?.ok !== false;
    const status = options.stopping.aborted ? 'stopping' : ready ? 'ready' : 'unready';
    return reply
      .status(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, checks: { database, ...(broker && { broker: broker.state }) } });
  });
}

function watchBroker(stateOf: () => TransportState, now: () => number) {
  let lastConnected: number | undefined;
  return () => {
    const state = stateOf();
    if (state === 'connected') lastConnected = now();
    return { state, ok: lastConnected !== undefined && now() - lastConnected <= brokerGraceMs };
  };
}
