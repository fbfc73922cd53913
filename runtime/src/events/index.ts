export { defineEvent, type EventContract } from './define-event.js';
export type { Event, EventOptions } from './event.js';
export type { EventPublisher, PublishOptions } from './event-publisher.js';
export {
  type EventContext,
  type EventHandler,
  on,
  type Subscription,
  type SubscriptionOptions,
} from './subscription.js';
