import { formatTraceparent } from '@mscli/runtime/telemetry';
import type { AdmittedExchange } from '../exchange.js';
import { forwardedFields, isForgeable } from './forwarded.js';
import { hopByHopNames } from './hop-by-hop.js';
import { keepFields, listMembers, valuesOf } from './raw-headers.js';

/** The name under which the gateway stands in Via (RFC 9110 §7.6.3); says nothing about the machine. */
export const PSEUDONYM = 'mscli';

/** Fields that the gateway writes itself, from what it understood. */
const rewritten: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'traceparent', 'tracestate']);

/** The header fields that go to the upstream. */
export function requestHeaders(exchange: AdmittedExchange, upstreamAuthority: string): string[] {
  const { headers, httpVersion, id, route, trace } = exchange;
  const hopByHop = hopByHopNames(headers);
  return [
    ...['Host', exchange.host ?? upstreamAuthority],
    ...keepFields(headers, (name) => !hopByHop.has(name) && !rewritten.has(name) && !isForgeable(name)),
    ...connectionFields(exchange),
    ...framingFields(exchange),
    ...['Via', `${httpVersion} ${PSEUDONYM}`],
    ...forwardedFields(exchange, route.stripPrefix ? route.path : undefined),
    ...['X-Request-Id', id],
    ...['Traceparent', formatTraceparent(trace)],
    ...(trace.tracestate === undefined ? [] : ['Tracestate', trace.tracestate]),
  ];
}

/** Trailers are passed on, so a client's `TE: trailers` is repeated; no other transfer coding is taken. */
function connectionFields({ headers, upgrade }: AdmittedExchange): string[] {
  if (upgrade) return ['Connection', 'Upgrade', 'Upgrade', 'websocket'];
  return listMembers(headers, 'te').includes('trailers')
    ? ['Connection', 'keep-alive, TE', 'TE', 'trailers']
    : ['Connection', 'keep-alive'];
}

function framingFields({ headers, httpVersion, method, upgrade }: AdmittedExchange): string[] {
  const [length] = valuesOf(headers, 'content-length');
  const isChunked = valuesOf(headers, 'transfer-encoding').length > 0;
  const expects = httpVersion === '1.1' && listMembers(headers, 'expect').includes('100-continue');
  const expectation = expects && !upgrade ? ['Expect', '100-continue'] : [];
  if (isChunked) return [...expectation, 'Transfer-Encoding', 'chunked'];
  if (length !== undefined) return upgrade ? [] : [...expectation, 'Content-Length', length];
  return bodilessMethods.has(method) ? [] : ['Content-Length', '0'];
}

const bodilessMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
