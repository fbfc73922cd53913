import type { Instance } from '@mscli/runtime/discovery';
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
  const { id, method, httpVersion, cache, trace } = exchange;
  const { status, reason, cause } = ending;
  const level = status >= 500 ? 'warn' : 'info';
  const clientRequestId = firstValue(exchange.headers, 'x-request-id');
  let text =
    level === 'info' ? ',"level":"info","msg":"request","method":"' : ',"level":"warn","msg":"request","method":"';
  text += `${method}","path":${quoted(pathOf(exchange))}`;
  if (httpVersion !== '1.1') text += `,"httpVersion":"${httpVersion}"`;
  text += wherePart(exchange);
  if (cache !== undefined) text += `,"cache":"${cache.outcome}"`;
  text += `,"status":${status},"durationMs":${tenths(now - exchange.receivedAt)}`;
  text += `,"traceId":"${trace.traceId}","spanId":"${trace.spanId}","requestId":"${id}"`;
  if (clientRequestId !== undefined) text += `,"clientRequestId":${quoted(clientRequestId.slice(0, 128))}`;
  if (reason !== undefined) text += `,"reason":${quoted(reason)}`;
  if (cause !== undefined) text += `,"cause":${quoted(cause.message)}`;
  if (sample !== undefined) text += `,"sample":${sample}`;
  return { level, msg: 'request', [members]: text };
}

/** Who had the request. */
function wherePart({ route, service, instance }: Exchange): string {
  if (route === undefined) return '';
  const path = route.path;
  const known = instance && places.get(instance);
  if (known !== undefined && known.path === path && known.service === service) return known.text;
  const to = `,"route":${quoted(path)},"upstream":${quoted(service)}`;
  if (instance === undefined) return to;
  // In one piece, since it is written again and again.
  const text = Buffer.from(`${to},"upstreamInstance":${quoted(instance.id)}`).toString();
  places.set(instance, { path, service, text });
  return text;
}

/** What was written of each instance last: mostly it is the same again. */
const places = new WeakMap<Instance, { path: string; service: string; text: string }>();

/** Milliseconds with one digit behind the point. Short ones are frequent, and to print a fraction takes long. */
function tenths(ms: number): string {
  const rounded = Math.round(ms * 10);
  return rounded >= 0 && rounded < shortTimes.length ? (shortTimes[rounded] as string) : String(rounded / 10);
}

const shortTimes = Array.from({ length: 1000 }, (_, count) => String(count / 10));

function pathOf({ target }: Exchange): string {
  if (!target.includes('?') && !target.includes('#')) return target;
  return target.slice(0, target.search(/[?#]/));
}
