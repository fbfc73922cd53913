import type { FastifyBaseLogger } from 'fastify';
import { answerErrors } from './answer-errors.js';
import type { App, AppOptions, ZodTypeProvider } from './app.js';
import { requestId, traceRequests } from './trace-requests.js';
import { zodSchemas } from './zod-schemas.js';

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
