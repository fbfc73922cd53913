import type { Exchange } from './exchange.js';
import { firstValue } from './headers/raw-headers.js';
import { type LogEntry, members, quoted } from './log.js';

/** How an exchange ended, as the access log tells it. */
export interface Ending {
  /** What the client was sent, or 499 when it left before an answer, as nginx writes it. */
  status: number;
  /** Why it was not an ordinary answer: a problem's kind, or how the relaying was cut. */
  reason?: string;
  /** For the log alone: it may name inner addresses. */
  cause?: Error | undefined;
}

/**
 * The line of one request: the path without its query, since queries carry secrets. `now` is a `performance.now()`, `sample` the share of
 * the requests that is logged, where that is not all. Every request writes one: what the gateway has made or checked itself is not
 * looked at again.
 */
export function accessEntry(exchange: Exchange, ending: Ending, now: number, sample?: number): LogEntry {
  const { id, method, httpVersion, route, service, instance, cache, trace } = exchange;
  const { status, reason, cause } = ending;
  const level = status >= 500 ? 'warn' : 'info';
  const durationMs = Math.round((now - exchange.receivedAt) * 10) / 10;
  const clientRequestId = firstValue(exchange.headers, 'x-request-id');
  let text = `,"level":"${level}","msg":"request","method":"${method}","path":${quoted(pathOf(exchange))}`;
  if (httpVersion !== '1.1') text += `,"httpVersion":"${httpVersion}"`;
  if (route !== undefined) text += `,"route":${quoted(route.path)},"upstream":${quoted(service)}`;
  if (instance !== undefined) text += `,"upstreamInstance":${quoted(instance.id)}`;
  if (cache !== undefined) text += `,"cache":"${cache.outcome}"`;
  text += `,"status":${status},"durationMs":${durationMs},"traceId":"${trace.traceId}","spanId":"${trace.spanId}","requestId":"${id}"`;
  if (clientRequestId !== undefined) text += `,"clientRequestId":${quoted(clientRequestId.slice(0, 128))}`;
  if (reason !== undefined) text += `,"reason":${quoted(reason)}`;
  if (cause !== undefined) text += `,"cause":${quoted(cause.message)}`;
  if (sample !== undefined) text += `,"sample":${sample}`;
  return { level, msg: 'request', [members]: text };
}

function pathOf({ target }: Exchange): string {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}
