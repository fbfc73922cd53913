import type { Exchange } from './exchange.js';
import { firstValue } from './headers/raw-headers.js';
import { asMembers, type LogEntry, quoted } from './log.js';

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
export class AccessLine implements LogEntry {
  [field: string]: unknown;
  readonly level: 'info' | 'warn';
  readonly msg = 'request';
  readonly method: string;
  readonly path: string;
  readonly httpVersion?: string;
  readonly route?: string;
  readonly upstream?: string;
  readonly upstreamInstance?: string;
  readonly cache?: string;
  readonly status: number;
  readonly durationMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly requestId: string;
  readonly clientRequestId?: string;
  readonly reason?: string;
  readonly cause?: string;

  constructor(exchange: Exchange, ending: Ending, now: number = performance.now()) {
    const { id, route, service, instance, trace } = exchange;
    this.level = ending.status >= 500 ? 'warn' : 'info';
    this.method = exchange.method;
    this.path = pathOf(exchange);
    if (exchange.httpVersion !== '1.1') this.httpVersion = exchange.httpVersion;
    if (route !== undefined) {
      this.route = route.path;
      this.upstream = service;
    }
    if (instance !== undefined) this.upstreamInstance = instance.id;
    if (exchange.cache !== undefined) this.cache = exchange.cache.outcome;
    this.status = ending.status;
    this.durationMs = Math.round((now - exchange.receivedAt) * 10) / 10;
    this.traceId = trace.traceId;
    this.spanId = trace.spanId;
    this.requestId = id;
    const clientRequestId = firstValue(exchange.headers, 'x-request-id');
    if (clientRequestId !== undefined) this.clientRequestId = clientRequestId.slice(0, 128);
    if (ending.reason !== undefined) this.reason = ending.reason;
    if (ending.cause !== undefined) this.cause = ending.cause.message;
  }

  /** Every request writes one: what the gateway has made or checked itself is not looked at again. */
  [asMembers](): string {
    let text = `,"level":"${this.level}","msg":"request","method":"${this.method}","path":${quoted(this.path)}`;
    if (this.httpVersion !== undefined) text += `,"httpVersion":"${this.httpVersion}"`;
    if (this.route !== undefined) text += `,"route":${quoted(this.route)},"upstream":${quoted(this.upstream ?? '')}`;
    if (this.upstreamInstance !== undefined) text += `,"upstreamInstance":${quoted(this.upstreamInstance)}`;
    if (this.cache !== undefined) text += `,"cache":"${this.cache}"`;
    text += `,"status":${this.status},"durationMs":${this.durationMs},"traceId":"${this.traceId}","spanId":"${this.spanId}"`;
    text += `,"requestId":"${this.requestId}"`;
    if (this.clientRequestId !== undefined) text += `,"clientRequestId":${quoted(this.clientRequestId)}`;
    if (this.reason !== undefined) text += `,"reason":${quoted(this.reason)}`;
    if (this.cause !== undefined) text += `,"cause":${quoted(this.cause)}`;
    return text;
  }
}

function pathOf({ target }: Exchange): string {
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}
