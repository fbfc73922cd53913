import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify';
import type { z } from 'zod';
import type { Logger } from '../telemetry/log.js';
import type { RouteDocs } from './openapi/documented-route.js';

declare module 'fastify' {
  interface FastifySchema extends RouteDocs {}
}

/** Lets zod schemas in a route's `schema` type `request.body`, `.params`, `.query` and `.headers`. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/**
 * The fastify instance that `routes` receives. Schemas are zod's; `/openapi.json` shows them, with `summary` and the like:
 *
 * @example
 * app.post('/orders', { schema: { summary: 'places an order', body: newOrder } }, async (request) => place(request.body));
 */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * A request, for controllers that stand in a file of their own. What the schemas of its route have checked is typed:
 * `HttpRequest<{ Body: NewOrder; Params: { id: string } }>`.
 */
export type HttpRequest<Checked extends RouteGenericInterface = RouteGenericInterface> = FastifyRequest<Checked>;

/** A reply, for controllers that stand in a file of their own. */
export type HttpReply = FastifyReply;

/** A request that has not been answered. */
export interface RequestUnderWay {
  /** Such as `GET /orders (5f0c)`: for a stop that hangs. */
  readonly name: string;
}

/** What the app shares with its host. */
export interface AppOptions {
  readonly log: Logger;
  /** From then on answers close their connections. */
  readonly stopping: AbortSignal;
  /** All of them, but for health checks. */
  readonly busy: Set<RequestUnderWay>;
}
