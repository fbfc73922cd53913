import type { EventPublisher } from '../events/event-publisher.js';
import type { HttpClient } from '../http/http-client.js';
import type { Sagas } from '../saga/sagas.js';
import type { Database } from '../state/database.js';
import type { Logger } from '../telemetry/log.js';

/** What a running service offers to its routes, handlers and saga steps. */
export interface Service {
  /** Such as `order-service`. */
  readonly name: string;
  /** One process of the service, such as `order-service-1`. */
  readonly instanceId: string;
  /** Writes JSON lines with service, instance and the current trace. */
  readonly log: Logger;
  /** The service's own database; opened at the first use when nothing in the definition needs it earlier. */
  readonly db: Database;
  /** Publishes events; connects to the broker at the first use when the service has neither subscriptions nor sagas. */
  readonly events: EventPublisher;
  /** Calls other services by name: found by discovery, guarded by breakers, with a deadline. */
  readonly http: HttpClient;
  /** Starts sagas and waits for their end. */
  readonly sagas: Sagas;
  /** Aborts when the service stops and its deadline has passed. */
  readonly signal: AbortSignal;
}
