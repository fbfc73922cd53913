/**
 * Events over AMQP 0-9-1: contracts, CloudEvents in messages, a bus with outbox and inbox.
 *
 * @module
 */
export type { AmqpConnectionOptions } from './amqp/connection.js';
export { AmqpTransport } from './amqp/transport.js';
export { decodeEvent, derivedId, ORIGINAL_ROUTING_KEY, routingKey } from './decode-event.js';
export { defineEvent, type EventContract } from './define-event.js';
export { describeIssues } from './describe-issues.js';
export { ATTRIBUTE, encodeEvent } from './encode-event.js';
export type { Event, EventOptions } from './event.js';
export { EventBus, type EventBusOptions } from './event-bus.js';
export type { EventPublisher, PublishOptions } from './event-publisher.js';
export { matchesPattern } from './matches-pattern.js';
export { PublishError } from './publish-error.js';
export {
  type EventContext,
  type EventHandler,
  on,
  type Subscription,
  type SubscriptionOptions,
} from './subscription.js';
export { eventTables, eventTablesScope } from './tables.js';
export {
  deadLetterQueueName,
  deadLetterQueueOptions,
  EXCHANGE,
  exchangeOptions,
  queueName,
  queueOptions,
} from './topology.js';
export type {
  Consumer,
  IncomingMessage,
  MessageProperties,
  OutgoingMessage,
  QueueSpec,
  Transport,
  TransportState,
} from './transport.js';
