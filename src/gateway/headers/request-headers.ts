import { formatTraceparent } from '@mscli/runtime/telemetry';
import type { AdmittedExchange } from '../exchange.js';
import { addForwardedFields, isForgeable } from './forwarded.js';
import { hopByHopNames } from './hop-by-hop.js';
import { firstValue, listMembers } from './raw-headers.js';

/** The name under which the gateway stands in Via (RFC 9110 §7.6.3); says nothing about the machine. */
export const PSEUDONYM = 'mscli';

/** Fields that the gateway writes itself, from what it understood. */
const rewritten: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'traceparent', 'tracestate']);

/** The header fields that go to the upstream. */
export function requestHeaders(exchange: AdmittedExchange, upstreamAuthority: string): string[] {
  const { headers, httpVersion, id, requestEdits, route, trace } = exchange;
  const hopByHop = hopByHopNames(headers);
  const fields = ['Host', exchange.host ?? upstreamAuthority];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || rewritten.has(lower) || isForgeable(lower)) continue;
    if (requestEdits === undefined || !requestEdits.drop.has(lower)) fields.push(name, headers[i + 1] as string);
  }
  if (requestEdits !== undefined) fields.push(...requestEdits.add);
  addConnectionFields(exchange, fields);
  addFramingFields(exchange, fields);
  fields.push('Via', `${httpVersion} ${PSEUDONYM}`);
  addForwardedFields(fields, exchange, route.hidesPrefix ? route.path : undefined);
  fields.push('X-Request-Id', id, 'Traceparent', formatTraceparent(trace));
  if (trace.tracestate !== undefined) fields.push('Tracestate', trace.tracestate);
  return fields;
}

/** Trailers are passed on, so a client's `TE: trailers` is repeated; no other transfer coding is taken. */
function addConnectionFields({ headers, upgrade }: AdmittedExchange, fields: string[]): void {
  if (upgrade) fields.push('Connection', 'Upgrade', 'Upgrade', 'websocket');
  else if (listMembers(headers, 'te').includes('trailers'))
    fields.push('Connection', 'keep-alive, TE', 'TE', 'trailers');
  else fields.push('Connection', 'keep-alive');
}

function addFramingFields({ headers, httpVersion, method, upgrade }: AdmittedExchange, fields: string[]): void {
  const length = firstValue(headers, 'content-length');
  const isChunked = firstValue(headers, 'transfer-encoding') !== undefined;
  if (upgrade) return;
  if (!isChunked && length === undefined) {
    if (!bodilessMethods.has(method)) fields.push('Content-Length', '0');
    return;
  }
  const expects = httpVersion !== '1.0' && listMembers(headers, 'expect').includes('100-continue');
  if (expects) fields.push('Expect', '100-continue');
  if (length === undefined) fields.push('Transfer-Encoding', 'chunked');
  else fields.push('Content-Length', length);
}

/** Without a body these say nothing of its length (RFC 9110 §8.6). */
export const bodilessMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
