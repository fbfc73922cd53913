import type { Exchange } from './exchange.js';
import { firstValue } from './headers/raw-headers.js';
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
  const { id, method, route, service, instance, trace } = exchange;
  const entry: LogEntry = {
    level: ending.status >= 500 ? 'warn' : 'info',
    msg: 'request',
    method,
    path: pathOf(exchange),
  };
  if (exchange.httpVersion !== '1.1') entry.httpVersion = exchange.httpVersion;
  if (route !== undefined) {
    entry.route = route.path;
    entry.upstream = service;
  }
  if (instance !== undefined) entry.upstreamInstance = instance.id;
  if (exchange.cache !== undefined) entry.cache = exchange.cache.outcome;
  entry.status = ending.status;
  entry.durationMs = Math.round((now - exchange.receivedAt) * 10) / 10;
  entry.traceId = trace.traceId;
  entry.spanId = trace.spanId;
  entry.requestId = id;
  const clientRequestId = firstValue(exchange.headers, 'x-request-id');
  if (clientRequestId !== undefined) entry.clientRequestId = clientRequestId.slice(0, 128);
  if (ending.reason !== undefined) entry.reason = ending.reason;
  if (ending.cause !== undefined) entry.cause = ending.cause.message;
  return entry;
}

function pathOf({ target }: Exchange): string {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}
