import type { BreakersOptions } from '../breaker/index.js';
import { MscliError } from '../errors.js';
import type { Subscription } from '../events/subscription.js';
import type { AnySaga } from '../saga/index.js';
import type { App } from './app.js';
import type { Service } from './service.js';

/** A service, as data: nothing runs until {@link runService} or `testService` starts it. */
export interface ServiceDefinition {
  /** Such as `order-service`; names its database, its queues and its breakers. */
  readonly name: string;
  /** SQL, each run once and in order. Only append to it. Default: none. */
  readonly migrations?: readonly string[];
  /** Adds the HTTP routes; `/health/live` and `/health/ready` are there already. Default: none. */
  readonly routes?: (app: App, service: Service) => void | Promise<void>;
  /** Handlers of events, made with `on`. Each has a name of its own. Default: none. */
  readonly subscriptions?: readonly Subscription[];
  /** Sagas that the service starts, made with `saga`. Default: none. */
  readonly sagas?: readonly AnySaga[];
  /**
   * How the breaker of each callee behaves, and what counts as a failure of it; `breaker` of the callee in mscli.yaml wins.
   * Default: every breaker's defaults.
   */
  readonly breakers?: NonNullable<BreakersOptions['optionsFor']>;
}

/**
 * Defines a service.
 *
 * @throws {MscliError} `INVALID_NAME` when the name is not a DNS label; `INVALID_SERVICE` when two subscriptions share a
 *   name: they would share a queue, and each event would reach only one of them
 */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  const { name, subscriptions = [] } = definition;
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new MscliError('INVALID_NAME', `"${name}" cannot name a service.`, {
      hint: 'Use lower-case letters, digits and dashes, at most 63, such as order-service.',
    });
  }
  const names = subscriptions.map((subscription) => subscription.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new MscliError('INVALID_SERVICE', `${name} has two subscriptions named ${twice}.`, {
      hint: 'Name one of them: on(contract, handler, { name: "send-mail" }).',
    });
  }
  return Object.freeze({ ...definition });
}
