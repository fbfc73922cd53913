import type { Service } from '../host/service.js';
import type { Database } from '../state/database.js';
import type { Clock } from './clock.js';
import type { PublishSagaEvent } from './saga-events.js';

/** Where a runner writes what a person should know; pino's loggers are such. */
export interface SagaLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a runner needs, and how it behaves. */
export interface SagaRunnerOptions {
  /** The service that owns the sagas, such as `order-service`. */
  readonly service: string;
  /** This process, such as `order-service-1`. A runner that starts takes over at once what an earlier one of this name left. */
  readonly instanceId: string;
  /** Where the journal is: the service's own database. */
  readonly db: Database;
  /** What steps find as `ctx.service`. */
  readonly context: Service;
  readonly log: SagaLog;
  /** Writes an event about a saga into the outbox, in the journal's transaction. Default: nothing is published. */
  readonly publish?: PublishSagaEvent;
  /** How long a saga stays with a runner that gives no sign of life, in ms; renewed three times in that span. Default 10 000. */
  readonly leaseMs?: number;
  /** How often to look for sagas that nobody runs, in ms. Default 1000. */
  readonly lookEveryMs?: number;
  /** How many sagas to run at once when taking over; those started here are not limited. Default 500. */
  readonly takeOverLimit?: number;
  readonly clock?: Clock;
  /** Between 0 and 1, for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}
