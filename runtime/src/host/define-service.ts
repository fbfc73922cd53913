import type { Subscription } from '../events/subscription.js';
import type { AnySaga } from '../saga/index.js';
import type { App } from './app.js';
import type { Service } from './service.js';

/** A service, as data: nothing runs until {@link runService} or `testService` starts it. */
export interface ServiceDefinition {
  /** Such as `order-service`; names its database, its queues and its breakers. */
  readonly name: string;
  /** SQL, each run once and in order. Only append to it. */
  readonly migrations?: readonly string[];
  /** Adds the HTTP routes. */
  readonly routes?: (app: App, service: Service) => void | Promise<void>;
  readonly subscriptions?: readonly Subscription[];
  readonly sagas?: readonly AnySaga[];
}

/**
 * Defines a service.
 *
 * @throws {MscliError} `INVALID_NAME` when the name is not a DNS label; `INVALID_SERVICE` when two subscriptions share a name
 */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}
