export { z } from 'zod';
export { MscliError } from './errors.js';
export { defineEvent, type EventContract } from './events/define-event.js';
export type { Event, EventOptions } from './events/event.js';
export type { EventPublisher, PublishOptions } from './events/event-publisher.js';
export {
  type EventContext,
  type EventHandler,
  on,
  type Subscription,
  type SubscriptionOptions,
} from './events/subscription.js';
export type { App, HttpReply, HttpRequest, ZodTypeProvider } from './host/app.js';
export { defineService, type ServiceDefinition } from './host/define-service.js';
export type { Logger } from './host/log.js';
export { runService } from './host/run-service.js';
export type { Service } from './host/service.js';
export { type RunningService, type StartOptions, startService } from './host/start-service.js';
export { CallError, HttpClient } from './http/index.js';
export { type AnySaga, Rejected, SagaRunner, saga } from './saga/index.js';
export type { Database, Sql, Transaction } from './state/index.js';
