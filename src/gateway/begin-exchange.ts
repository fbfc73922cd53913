import { performance } from 'node:perf_hooks';
import { parseTraceparent, startTrace, type TraceContext } from '@mscli/runtime/telemetry';
import type { Exchange } from './exchange.js';
import { firstValue, type RawHeaders, valuesOf } from './headers/raw-headers.js';
import type { RandomIds } from './random-ids.js';
import type { Client } from './serving/client.js';

/** The exchange of a request whose head has arrived. A client never chooses the request id; its own is only logged. */
export function beginExchange(
  { request, peer, framing }: Pick<Client, 'request' | 'peer' | 'framing'>,
  { upgrade, ids }: { upgrade: boolean; ids: RandomIds },
): Exchange {
  return {
    id: ids.uuid(),
    method: request.method,
    target: request.target,
    httpVersion: request.httpVersion,
    headers: request.headers,
    lines: request.lines,
    peer,
    upgrade,
    hasBody: framing.kind !== 'none',
    trace: continueTrace(request.headers, ids),
    receivedAt: performance.now(),
    path: '',
    query: '',
    key: '',
    host: undefined,
    route: undefined,
    service: '',
    instance: undefined,
    permit: undefined,
    claims: undefined,
    requestEdits: undefined,
    answerEdits: undefined,
    cache: undefined,
    shadow: undefined,
    load: undefined,
    cleanup: undefined,
    abandon: undefined,
    isAbandoned: false,
  };
}

/** W3C Trace Context §3: one valid traceparent is continued; none, several or an invalid one starts a new trace. */
function continueTrace(headers: RawHeaders, { hex }: RandomIds): TraceContext {
  if (firstValue(headers, 'traceparent') === undefined) return startTrace(undefined, hex);
  const parents = valuesOf(headers, 'traceparent');
  const parent = parents.length === 1 ? parseTraceparent(parents[0]) : undefined;
  if (parent === undefined) return startTrace(undefined, hex);
  const tracestate = valuesOf(headers, 'tracestate').join(',');
  return startTrace(tracestate === '' ? parent : { ...parent, tracestate }, hex);
}
