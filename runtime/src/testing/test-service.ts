import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { EventContract } from '../events/define-event.js';
import type { Event, EventOptions } from '../events/event.js';
import type { ServiceDefinition } from '../host/define-service.js';
import type { Service } from '../host/service.js';

/** A call that the service made to another one. */
export interface CallToReply {
  readonly service: string;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON that was sent. */
  readonly body: unknown;
}

/** What another service answers in a test. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stands in for the other services: a function, or always the same answer, by service name. */
export type Replies = Readonly<Record<string, Reply | ((call: CallToReply) => Reply | Promise<Reply>)>>;

/** Options of {@link testService}. */
export interface TestServiceOptions {
  /** Answers of other services. A call to a service without one fails like a service that does not run. */
  readonly replies?: Replies;
  /** Level of the service's log, which goes to stdout. Default `silent`. */
  readonly logLevel?: string;
}

/** An event that a subscription gave up on. */
export interface DeadLetter {
  readonly event: Event;
  readonly subscription: string;
  readonly error: string;
  readonly attempts: number;
}

/** A real service on a temporary state folder, with an in-memory event bus and no network. */
export interface TestedService extends AsyncDisposable {
  /** The running service: its db, sagas, events. */
  readonly service: Service;
  /** Sends a request through the real routes without a socket. */
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>;
  /** Every event published so far, oldest first. */
  readonly published: readonly Event[];
  /** The data of the published events of one contract, typed. */
  publishedOf<Data>(contract: EventContract<Data, never>): readonly Data[];
  /** Every call made to other services, oldest first. */
  readonly calls: readonly CallToReply[];
  /** Events that a subscription gave up on. */
  readonly deadLetters: readonly DeadLetter[];
  /**
   * Delivers an event as if another service had published it, and waits until every handler is done with it, retries
   * included.
   *
   * @throws {MscliError} `DEAD_LETTERED` when a handler gave up, with its error as the cause
   */
  deliver<Data, Input>(contract: EventContract<Data, Input>, data: Input, options?: EventOptions): Promise<Event<Data>>;
  /** Waits until the outbox is empty and no handler is busy. */
  settled(): Promise<void>;
  /** Stops the service and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts a service for a test: real routes, handlers, sagas and database; no broker, no network, nothing shared.
 *
 * @example
 * const app = await testService(service, { replies: { 'product-service': { body: { reserved: true } } } });
 * await app.deliver(paymentTaken, { orderId: '1', amount: 5 });
 * expect(app.publishedOf(orderPaid)).toEqual([{ orderId: '1' }]);
 * await app.close();
 */
export declare function testService(
  definition: ServiceDefinition,
  options?: TestServiceOptions,
): Promise<TestedService>;
