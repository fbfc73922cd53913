import type { EventBus } from '../events/event-bus.js';
import type { App } from './app.js';
import { assemble, type Parts } from './assemble.js';
import type { ServiceDefinition } from './define-service.js';
import { readEnvironment } from './environment.js';
import { listen } from './listen.js';
import { gatherRoutes } from './openapi/serve-document.js';
import { registerSelf, selfReady } from './registration.js';
import type { Service } from './service.js';
import type { StartOptions } from './start-options.js';
import { stopService } from './stop-service.js';
import { tellReactions } from './tell-reactions.js';

/** A started service. */
export interface RunningService extends AsyncDisposable {
  /** What its routes, handlers and steps work with. */
  readonly service: Service;
  /** Its HTTP side; `inject` sends requests without a socket. */
  readonly app: App;
  /** Its connection to the broker. */
  readonly events: EventBus;
  /** Where it listens, such as `http://127.0.0.1:3001`; undefined without a socket. */
  readonly url: string | undefined;
  /**
   * Stops gracefully: not ready, withdrawn, nothing new; what runs finishes; then everything closes.
   *
   * @param deadlineMs after it, what still runs is cut off. Default: the environment's, 10 000
   * @returns what was still running at the deadline; empty after a clean stop
   */
  stop(deadlineMs?: number): Promise<readonly string[]>;
}

/**
 * Starts a service in this process. {@link runService} adds signals and exit codes; tests use `testService`.
 *
 * Opens what the definition needs: the database for migrations, subscriptions or sagas, the broker for subscriptions;
 * anything else at its first use. A broker that is not there is waited for in the background, unready.
 *
 * @throws {MscliError} `INVALID_ENVIRONMENT`, `PORT_TAKEN`, and what opening the database throws
 */
export async function startService(definition: ServiceDefinition, options: StartOptions = {}): Promise<RunningService> {
  const environment = options.environment ?? readEnvironment(definition.name);
  const parts = await assemble(definition, environment, options);
  try {
    const url = await begin(definition, parts, options);
    let stopped: Promise<readonly string[]> | undefined;
    const stop = (deadlineMs = environment.stopDeadlineMs) => {
      stopped ??= stopService(parts, deadlineMs);
      return stopped;
    };
    const { service, app, events } = parts;
    return { service, app, events, url, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
  } catch (error) {
    await stopService(parts, 1000);
    throw error;
  }
}

async function begin(definition: ServiceDefinition, parts: Parts, options: StartOptions): Promise<string | undefined> {
  const { app, service, events, sagas, callers, environment } = parts;
  const describeRoutes = gatherRoutes(app);
  await definition.routes?.(app, service);
  describeRoutes({ title: definition.name, version: environment.version ?? '0.0.0' });
  await app.ready();
  if (definition.sagas?.length) {
    sagas.register(...definition.sagas);
    await sagas.resume();
  }
  const consumers = (definition.subscriptions ?? []).map((subscription) => events.subscribe(subscription, service));
  if (options.listen === false) return undefined;
  const url = await listen(app, environment);
  const status = consumers.length > 0 ? 'starting' : 'ready';
  await tellReactions(callers.discovery, definition);
  await registerSelf(callers.discovery, callers.self, { url, status }, new Date());
  if (status === 'starting') void Promise.all(consumers.map(({ started }) => started)).then(() => becomeReady(parts));
  service.log.info({ url, pid: process.pid }, `${definition.name} listens on ${url}`);
  return url;
}

async function becomeReady({ callers, stopping, service }: Parts): Promise<void> {
  if (stopping.signal.aborted) return;
  await selfReady(callers.discovery, callers.self).catch((error) => {
    service.log.warn({ err: error }, 'the discovery file cannot be written: nobody sends requests here');
  });
}
