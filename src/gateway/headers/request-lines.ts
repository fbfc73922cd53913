import { formatTraceparent } from '@mscli/runtime/telemetry';
import type { AdmittedExchange } from '../exchange.js';
import { fieldLines } from '../http1/field-text.js';
import { isForgeable } from './forgeable.js';
import { alwaysHopByHop, hopByHopNames } from './hop-by-hop.js';
import { keptLines } from './kept-lines.js';
import { ordinaryNames } from './ordinary-names.js';
import { firstValue, listMembers, valuesOf } from './raw-headers.js';

/** The name under which the gateway stands in Via (RFC 9110 §7.6.3); says nothing about the machine. */
export const PSEUDONYM = 'mscli';

/** Fields that the gateway writes itself, from what it understood. */
const rewritten: ReadonlySet<string> = new Set(['content-length', 'expect', 'trailer', 'traceparent', 'tracestate']);

/** The field lines of a request as they go to the upstream. */
export function requestLines(exchange: AdmittedExchange, upstreamAuthority: string): string {
  return carriedLines(exchange, upstreamAuthority) + connectionLines(exchange) + framingLines(exchange);
}

/** Those that say nothing of the connection, nor of how the body ends. */
export function carriedLines(exchange: AdmittedExchange, upstreamAuthority: string): string {
  const { host, httpVersion, id, peer, requestEdits, route, trace } = exchange;
  let lines = clientsLines(exchange);
  if (host === undefined) lines = `Host: ${upstreamAuthority}\r\n${lines}`;
  if (requestEdits !== undefined) lines += fieldLines(requestEdits.add);
  const forwarded = peer.forwardedLines(host, route.hidesPrefix ? route.path : undefined);
  lines += `Via: ${httpVersion} ${PSEUDONYM}\r\n${forwarded}X-Request-Id: ${id}\r\nTraceparent: ${formatTraceparent(trace)}\r\n`;
  return trace.tracestate === undefined ? lines : `${lines}Tracestate: ${trace.tracestate}\r\n`;
}

/** What the client has sent, without what it cannot say. */
function clientsLines({ headers, lines, requestEdits }: AdmittedExchange): string {
  const hopByHop = hopByHopNames(headers);
  const isUsual = hopByHop === alwaysHopByHop && requestEdits === undefined;
  return keptLines(headers, lines, (name) => {
    // There is one, and it was checked; a client that lists it in Connection does not take it away.
    if (name === 'Host' || (isUsual && ordinaryNames.has(name))) return false;
    const lower = name.toLowerCase();
    if (lower === 'host') return false;
    if (hopByHop.has(lower) || rewritten.has(lower) || isForgeable(lower)) return true;
    return requestEdits?.drop.has(lower) === true;
  });
}

/** Trailers are passed on, so a client's `TE: trailers` is repeated; no other transfer coding is taken. */
function connectionLines({ headers, upgrade }: AdmittedExchange): string {
  if (upgrade) return 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  return listMembers(headers, 'te').includes('trailers')
    ? 'Connection: keep-alive, TE\r\nTE: trailers\r\n'
    : 'Connection: keep-alive\r\n';
}

function framingLines({ headers, httpVersion, method, upgrade }: AdmittedExchange): string {
  if (upgrade) return '';
  const length = firstValue(headers, 'content-length');
  const isChunked = firstValue(headers, 'transfer-encoding') !== undefined;
  if (!isChunked && length === undefined) return bodilessMethods.has(method) ? '' : 'Content-Length: 0\r\n';
  const expects = httpVersion !== '1.0' && listMembers(headers, 'expect').includes('100-continue');
  const expectation = expects ? 'Expect: 100-continue\r\n' : '';
  return expectation + (length === undefined ? chunkedLines(headers) : `Content-Length: ${length}\r\n`);
}

/** Only chunks can have trailers behind them. */
function chunkedLines(headers: AdmittedExchange['headers']): string {
  const announced = hopByHopNames(headers).has('trailer') ? [] : valuesOf(headers, 'trailer');
  const trailers = announced.map((value) => `Trailer: ${value}\r\n`);
  return `${trailers.join('')}Transfer-Encoding: chunked\r\n`;
}

/** Without a body these say nothing of its length (RFC 9110 §8.6). */
export const bodilessMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
