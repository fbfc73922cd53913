import { setMaxListeners } from 'node:events';
import { EventBus } from '../events/event-bus.js';
import type { Transport } from '../events/transport.js';
import { SagaRunner } from '../saga/saga-runner.js';
import { createLog, type Logger } from '../telemetry/log.js';
import type { App, RequestUnderWay } from './app.js';
import { brokerUrl } from './broker-url.js';
import { type Callers, openCallers } from './callers.js';
import { createApp } from './create-app.js';
import type { ServiceDefinition } from './define-service.js';
import type { ServiceEnvironment } from './environment.js';
import { addHealthRoutes } from './health.js';
import { pruneRegularly } from './prune-regularly.js';
import type { Service } from './service.js';
import { type ServiceDatabase, serviceDatabase } from './service-database.js';
import type { StartOptions } from './start-options.js';

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
  readonly requests: ReadonlySet<RequestUnderWay>;
  readonly pruning: Disposable;
}

/**
 * Makes a service's parts, and opens those that its definition needs. Nobody can reach it yet.
 *
 * @throws what opening the database throws; nothing is left open then
 */
export async function assemble(
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
  // Every call that a handler makes with the service's signal listens: ten of them are no leak.
  setMaxListeners(0, ended.signal);
  const requests = new Set<RequestUnderWay>();
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
  // The database first: its thread starts while this one loads the others' modules.
  const opened = needsDatabase(definition) ? db.open() : undefined;
  const opening = openCallers({
    name,
    instanceId,
    stateUrl,
    log,
    breakers: definition.breakers,
    connect: options.connect,
  });
  const [app, callers] = await Promise.all([
    createApp({ log, stopping: stopping.signal, busy: requests }),
    opening,
    opened,
  ]).catch(async (error) => {
    // The database may have opened, and set the outbox going.
    await events.close();
    await opening.then((callers) => callers[Symbol.asyncDispose]()).catch(() => {});
    await db.close();
    throw error;
  });
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
  const pruning = pruneRegularly(definition, db, log);
  return { environment, service, app, events, sagas, db, callers, stopping, ended, requests, pruning };
}

function needsDatabase({ migrations, subscriptions, sagas }: ServiceDefinition): boolean {
  return [migrations, subscriptions, sagas].some((part) => part !== undefined && part.length > 0);
}

async function amqp(environment: ServiceEnvironment, log: Logger): Promise<Transport> {
  const { AmqpTransport } = await import('../events/amqp/transport.js');
  return new AmqpTransport({ url: () => brokerUrl(environment), name: environment.instanceId, log });
}
