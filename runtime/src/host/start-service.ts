import type { DestinationStream } from 'pino';
import type { Dispatcher } from 'undici';
import { EventBus } from '../events/event-bus.js';
import type { Transport } from '../events/transport.js';
import { SagaRunner } from '../saga/saga-runner.js';
import { type App, createApp } from './app.js';
import { brokerUrl } from './broker-url.js';
import { type Callers, openCallers } from './callers.js';
import type { ServiceDefinition } from './define-service.js';
import { readEnvironment, type ServiceEnvironment } from './environment.js';
import { addHealthRoutes } from './health.js';
import { listen } from './listen.js';
import { createLog, type Logger } from './log.js';
import { pruneRegularly } from './prune-regularly.js';
import { registerSelf, selfReady } from './registration.js';
import type { Service } from './service.js';
import { type ServiceDatabase, serviceDatabase } from './service-database.js';
import { stopService } from './stop-service.js';

/** Options of {@link startService}; everything has a default. */
export interface StartOptions {
  /** Default: read from the process's environment. */
  readonly environment?: ServiceEnvironment;
  /** Where the log goes. Default: stdout. */
  readonly logTo?: DestinationStream;
  /** How messages travel. Default: AMQP to the environment's broker. */
  readonly transport?: (log: Logger) => Transport;
  /** How connections to other services' origins are made. Default: undici's pools. */
  readonly connect?: (origin: string) => Dispatcher;
  /** False: no socket and no discovery record, only {@link RunningService.app}'s `inject`. Default true. */
  readonly listen?: boolean;
  /** Called when the running service cannot go on, such as when its database breaks. Default: it turns unready. */
  readonly onFailure?: (error: Error) => void;
}

/** A started service. */
export interface RunningService extends AsyncDisposable {
  readonly service: Service;
  readonly app: App;
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

/** All that a running service consists of. */
export interface Parts {
  readonly environment: ServiceEnvironment;
  readonly service: Service;
  readonly app: App;
  readonly events: EventBus;
  readonly sagas: SagaRunner;
  readonly db: ServiceDatabase;
  readonly callers: Callers;
  /** Aborted when the stop begins. */
  readonly stopping: AbortController;
  /** Aborted when its deadline has passed. */
  readonly ended: AbortController;
  /** The requests under way. */
  readonly requests: ReadonlySet<string>;
  readonly pruning: Disposable;
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

async function assemble(
  definition: ServiceDefinition,
  environment: ServiceEnvironment,
  options: StartOptions,
): Promise<Parts> {
  const { name, migrations = [], subscriptions = [] } = definition;
  const { instanceId, stateUrl, version } = environment;
  const log = await createLog({
    service: name,
    instance: instanceId,
    level: environment.logLevel,
    destination: options.logTo,
  });
  const stopping = new AbortController();
  const ended = new AbortController();
  const requests = new Set<string>();
  let databaseFailure: Error | undefined;

  const db = serviceDatabase({
    stateUrl,
    service: name,
    migrations,
    onOpened: () => events.resumeOutbox(),
    onFailure(error) {
      databaseFailure = error;
      log.fatal({ err: error }, 'the database broke');
      options.onFailure?.(error);
    },
  });
  const transport = options.transport?.(log) ?? (await amqp(environment, log));
  const events = new EventBus({ service: name, instanceId, transport, db, log, version });
  const [app, callers] = await Promise.all([
    createApp({ log, stopping: stopping.signal, busy: requests }),
    openCallers({ name, instanceId, stateUrl, log, connect: options.connect }),
    needsDatabase(definition) ? db.open() : undefined,
  ]);
  const service: Service = {
    name,
    instanceId,
    log,
    db,
    events,
    http: callers.http,
    signal: ended.signal,
    get sagas() {
      return sagas;
    },
  };
  const sagas = new SagaRunner({
    service: name,
    instanceId,
    db,
    context: service,
    log,
    publish: (type, data, { tx }) => events.append(tx, type, data, { subject: data.sagaId, key: data.sagaId }),
  });
  addHealthRoutes(app, {
    stopping: stopping.signal,
    databaseFailure: () => databaseFailure,
    broker: subscriptions.length > 0 ? () => events.state : undefined,
  });
  const pruning = pruneRegularly(subscriptions.length > 0 ? db : undefined, log);
  return { environment, service, app, events, sagas, db, callers, stopping, ended, requests, pruning };
}

async function begin(definition: ServiceDefinition, parts: Parts, options: StartOptions): Promise<string | undefined> {
  const { app, service, events, sagas, callers, environment } = parts;
  await definition.routes?.(app, service);
  await app.ready();
  if (definition.sagas?.length) {
    sagas.register(...definition.sagas);
    await sagas.resume();
  }
  const consumers = (definition.subscriptions ?? []).map((subscription) => events.subscribe(subscription, service));
  if (options.listen === false) return undefined;
  const url = await listen(app, environment);
  const status = consumers.length > 0 ? 'starting' : 'ready';
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

function needsDatabase({ migrations, subscriptions, sagas }: ServiceDefinition): boolean {
  return [migrations, subscriptions, sagas].some((part) => part !== undefined && part.length > 0);
}

async function amqp(environment: ServiceEnvironment, log: Logger): Promise<Transport> {
  const { AmqpTransport } = await import('../events/amqp/transport.js');
  return new AmqpTransport({ url: () => brokerUrl(environment), name: environment.instanceId, log });
}
