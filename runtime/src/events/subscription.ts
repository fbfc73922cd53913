import { MscliError } from '../errors.js';
import type { Service } from '../host/service.js';
import type { Transaction } from '../state/index.js';
import type { Logger } from '../telemetry/log.js';
import type { EventContract } from './define-event.js';
import type { Event } from './event.js';

/** What a handler works with. */
export interface EventContext {
  /**
   * Runs `work` in a transaction of the service's database, once per event and subscription however often the event is
   * delivered. Events published with this transaction leave when it commits. At most one call per handler.
   *
   * @returns what `work` returned, or undefined when an earlier delivery has already done it
   */
  tx<T>(work: (tx: Transaction) => Promise<T>): Promise<T | undefined>;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** Has the event's id, type and trace in every line. */
  readonly log: Logger;
  /** Aborts when the service stops and its deadline has passed. */
  readonly signal: AbortSignal;
  readonly service: Service;
}

/** Handles one event. The delivery is acknowledged when the promise resolves, and tried again when it rejects. */
export type EventHandler<Data> = (event: Event<Data>, ctx: EventContext) => void | Promise<void>;

/** How a subscription consumes. */
export interface SubscriptionOptions {
  /** Names the durable queue `<service>.<name>`. Default: the event's type, or the pattern with `*` as `any`, `#` as `all`. */
  readonly name?: string;
  /** How many events one instance handles at the same time. Default 20. */
  readonly prefetch?: number;
  /** How often a failing handler is tried in all before the event is dead-lettered. Default 3. */
  readonly attempts?: number;
  /** Longest wait before the second try, in ms; it quadruples with each further try, with full jitter. Default 200. */
  readonly retryDelayMs?: number;
}

/** A handler bound to the events it wants. Made by {@link on}. */
export interface Subscription {
  readonly name: string;
  /** Routing key or topic pattern: `*` stands for one word, `#` for any number of words. */
  readonly pattern: string;
  /** Undefined for patterns: the data is then passed on unchecked. */
  readonly contract: EventContract | undefined;
  readonly handler: EventHandler<never>;
  readonly prefetch: number;
  readonly attempts: number;
  readonly retryDelayMs: number;
}

/**
 * Subscribes to an event by its contract: the handler receives validated, typed data.
 *
 * Every service has a queue of its own per subscription, shared by its instances: each event reaches one of them.
 * A handler that fails is tried again; in the end the event goes to the queue `<service>.<name>.dead` with its error.
 * Throw {@link Rejected} to dead-letter at once.
 *
 * @example
 * export const onPaymentTaken = on(paymentTaken, async (event, ctx) => {
 *   await ctx.tx((tx) => orders.markPaid(tx, event.data.orderId));
 * });
 */
export function on<Data>(
  contract: EventContract<Data, unknown>,
  handler: EventHandler<Data>,
  options?: SubscriptionOptions,
): Subscription;
/**
 * Subscribes to every event whose type matches a topic pattern, such as `order.#`. The data is not validated.
 */
export function on(pattern: string, handler: EventHandler<unknown>, options?: SubscriptionOptions): Subscription;
export function on(
  what: EventContract | string,
  handler: EventHandler<never>,
  options: SubscriptionOptions = {},
): Subscription {
  const pattern = typeof what === 'string' ? what : what.type;
  const name = options.name ?? pattern.replaceAll('*', 'any').replaceAll('#', 'all');
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || name.length > 120) {
    throw new MscliError('INVALID_EVENT', `"${name}" cannot name a subscription.`, {
      hint: 'Use lower-case words separated by dots or dashes, such as on(orderPlaced, handler, { name: "send-mail" }).',
    });
  }
  return Object.freeze({
    name,
    pattern,
    contract: typeof what === 'string' ? undefined : what,
    handler,
    prefetch: atLeastOne('prefetch', options.prefetch ?? 20),
    attempts: atLeastOne('attempts', options.attempts ?? 3),
    retryDelayMs: options.retryDelayMs ?? 200,
  });
}

function atLeastOne(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  throw new MscliError('INVALID_EVENT', `${option} is ${value}, but it must be a whole number from 1 to 65535.`);
}
