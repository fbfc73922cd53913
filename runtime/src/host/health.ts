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
  /** A monotonic clock, in ms. */
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
  const brokerCheck = options.broker && watchBroker(options.broker, options.now ?? (() => performance.now()));
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
  let wasConnected = false;
  /** When it was first seen to be away: how often somebody looks must not matter. */
  let awaySince: number | undefined;
  return () => {
    const state = stateOf();
    if (state === 'connected') {
      wasConnected = true;
      awaySince = undefined;
    } else {
      awaySince ??= now();
    }
    return { state, ok: wasConnected && (awaySince === undefined || now() - awaySince <= brokerGraceMs) };
  };
}
