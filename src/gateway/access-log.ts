import type { Exchange } from './exchange.js';
import { valuesOf } from './headers/raw-headers.js';
import type { LogEntry } from './log.js';

/** How an exchange ended, as the access log tells it. */
export interface Ending {
  /** What the client was sent, or 499 when it left before an answer, as nginx writes it. */
  status: number;
  /** Why it was not an ordinary answer: a problem's kind, or how the relaying was cut. */
  reason?: string;
  /** For the log alone: it may name inner addresses. */
  cause?: Error | undefined;
}

/** The line of one request: the path without its query, since queries carry secrets. */
export function accessLine(exchange: Exchange, ending: Ending, now: number = performance.now()): LogEntry {
  const { id, method, target, route, instance, trace, headers, receivedAt } = exchange;
  const [clientRequestId] = valuesOf(headers, 'x-request-id');
  return {
    level: ending.status >= 500 ? 'warn' : 'info',
    msg: 'request',
    method,
    path: target.replace(/[?#].*$/s, ''),
    ...(route === undefined ? {} : { route: route.path, upstream: route.service }),
    ...(instance === undefined ? {} : { upstreamInstance: instance.id }),
    status: ending.status,
    durationMs: Math.round((now - receivedAt) * 10) / 10,
    traceId: trace.traceId,
    spanId: trace.spanId,
    requestId: id,
    ...(clientRequestId === undefined ? {} : { clientRequestId: clientRequestId.slice(0, 128) }),
    ...(ending.reason === undefined ? {} : { reason: ending.reason }),
    ...(ending.cause === undefined ? {} : { cause: ending.cause.message }),
  };
}
