import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { z } from 'zod';
import { answerErrors } from './answer-errors.js';
import type { Logger } from './log.js';
import { requestId, traceRequests } from './trace-requests.js';
import { zodSchemas } from './zod-schemas.js';

/** Lets zod schemas in a route's `schema` type `request.body`, `.params`, `.query` and `.headers`. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/**
 * The fastify instance that `routes` receives. Schemas are zod's:
 *
 * @example
 * app.post('/orders', { schema: { body: newOrder } }, async (request) => place(request.body));
 */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A request, for controllers that stand in a file of their own: `newOrder.parse(request.body)`. */
export type HttpRequest = FastifyRequest;

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

/** Proxies whose x-forwarded-* headers are believed: those of the machine and of private networks. */
const trustedProxies = ['loopback', 'linklocal', 'uniquelocal'];

/** Makes the HTTP side of a service: traced, logged, validated by zod, errors as problem+json. */
export async function createApp(options: AppOptions): Promise<App> {
  const { fastify, LogController } = await import('fastify');
  const app = fastify({
    loggerInstance: options.log.child({}) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    trustProxy: trustedProxies,
    schemaController: zodSchemas(),
  }).withTypeProvider<ZodTypeProvider>();
  traceRequests(app, options);
  answerErrors(app, options.log);
  return app;
}
