import type { FastifyReply } from 'fastify';
import { currentTrace } from '../telemetry/index.js';
import type { Logger } from '../telemetry/log.js';
import type { App } from './app.js';
import { type Problem, problemOf } from './problem.js';

/** Answers errors and unknown paths with `application/problem+json`; what is the service's fault is logged with its stack. */
export function answerErrors(app: App, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const { problem, retryAfter } = problemOf(error);
    if (problem.status >= 500) log.error({ err: error }, `${request.method} ${request.url} failed`);
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    return answer(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const detail = `There is no ${request.method} ${pathOf(request.url)} here.`;
    return answer(reply, { type: 'about:blank', title: 'Not Found', status: 404, detail });
  });
}

function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  const traceId = problem.status >= 500 ? currentTrace()?.traceId : undefined;
  // A schema for the regular answer must not be applied to the problem.
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ ...problem, ...(traceId !== undefined && { traceId }) });
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
