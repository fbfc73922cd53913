import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { runWithTrace } from '../telemetry/index.js';
import type { App, AppOptions, RequestUnderWay } from './app.js';
import { isHealthPath } from './health.js';

interface Watched extends RequestUnderWay {
  /** Restores the request's trace: reading a body leaves it. */
  readonly scope: AsyncResource;
}

/** Continues each request's trace in all that it does, and logs a line when it is answered. */
export function traceRequests(app: App, { log, stopping, busy }: AppOptions): void {
  const watched = new WeakMap<FastifyRequest, Watched>();

  app.addHook('onRequest', (request, _reply, done) => {
    const { id } = request;
    const trace = { tracestate: one(request.headers.tracestate), requestId: id };
    runWithTrace(
      one(request.headers.traceparent),
      () => {
        const name = `${request.method} ${request.url} (${id})`;
        const seen: Watched = { scope: new AsyncResource('request'), name };
        watched.set(request, seen);
        if (!isHealthPath(request.url)) busy.add(seen);
        done();
      },
      trace,
    );
  });

  app.addHook('preValidation', (request, _reply, done) => {
    watched.get(request)?.scope.runInAsyncScope(done);
  });

  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close');
    done();
  });

  app.addHook('onResponse', (request, reply, done) => {
    finish(request, reply, reply.statusCode);
    done();
  });

  app.addHook('onRequestAbort', (request, done) => {
    finish(request, undefined, undefined);
    done();
  });

  function finish(request: FastifyRequest, reply: FastifyReply | undefined, status: number | undefined): void {
    const seen = watched.get(request);
    // A health check was never among them, and an answer that was cut off is told of once.
    if (!seen || !busy.delete(seen)) return;
    seen.scope.runInAsyncScope(() => {
      const ms = reply ? Math.round(reply.elapsedTime) : undefined;
      const { method, url, id } = request;
      log.info({ method, url, status, ms, requestId: id }, `${method} ${url} ${status ?? 'given up by the client'}`);
    });
  }
}

/** The sender's id where it is one that a log can bear, else a new one. */
export function requestId(header: string | string[] | undefined): string {
  const id = one(header);
  return id && /^[\w.:/+=-]{1,128}$/.test(id) ? id : randomUUID();
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
