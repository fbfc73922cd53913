/**
 * What a service made by mscli imports.
 *
 * @module
 */
export { z } from 'zod';
export { MscliError } from './errors.js';
export { defineEvent, type EventContract } from './events/define-event.js';
export type { Event, EventOptions } from './events/event.js';
export type { EventPublisher, PublishOptions } from './events/event-publisher.js';
export { PublishError } from './events/publish-error.js';
export {
  type EventContext,
  type EventHandler,
  on,
  type Subscription,
  type SubscriptionOptions,
} from './events/subscription.js';
export type { App, HttpReply, HttpRequest, ZodTypeProvider } from './host/app.js';
export { defineService, type ServiceDefinition } from './host/define-service.js';
export { readEnvironment, type ServiceEnvironment } from './host/environment.js';
export type { FieldFault, Problem } from './host/problem.js';
export { runService } from './host/run-service.js';
export type { Service } from './host/service.js';
export type { StartOptions } from './host/start-options.js';
export { type RunningService, startService } from './host/start-service.js';
export { CallError, type CallErrorCode } from './http/call-error.js';
export type { Answer, CallOptions, HttpClient } from './http/index.js';
export type { AnySaga, Saga, SagaResult, Sagas, StepContext, UndoContext } from './saga/index.js';
export { Rejected } from './saga/rejected.js';
export { saga } from './saga/saga.js';
export type { Database, Sql, SqlParams, SqlValue, Transaction } from './state/index.js';
export { childTraceparent, currentTrace } from './telemetry/index.js';
export type { Logger } from './telemetry/log.js';
