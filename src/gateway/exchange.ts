import type { Permit } from '@mscli/runtime/breaker';
import type { Instance } from '@mscli/runtime/discovery';
import type { TraceContext } from '@mscli/runtime/telemetry';
import type { InstanceLoad } from './balancing/instance-loads.js';
import type { FieldEdits } from './headers/field-edits.js';
import type { Peer } from './headers/peer.js';
import type { RawHeaders } from './headers/raw-headers.js';
import type { CacheVisit } from './policies/cache/cache-visit.js';
import type { Shadow } from './policies/mirror/shadow.js';
import type { ServedRoute } from './policies/served-route.js';

/**
 * One request and what the gateway has decided about it. It holds no socket and no stream: the passes read and fill it in,
 * and the forwarding reads it, whatever moves the bytes.
 */
export interface Exchange extends Decisions {
  /** The gateway's own request id, a UUID. */
  readonly id: string;
  readonly method: string;
  /** The request target as received. */
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  /** The same as they came, where that is what `fieldLines` makes of them. */
  readonly lines: string | undefined;
  readonly peer: Peer;
  /** Whether the client asks for another protocol on this connection. */
  readonly upgrade: boolean;
  readonly hasBody: boolean;
  readonly trace: TraceContext;
  /** `performance.now()` when the head had arrived. */
  readonly receivedAt: number;
}

/** What the passes fill in. */
export interface Decisions {
  /** Origin-form path for the upstream; set by the pass that reads the target. */
  path: string;
  /** With its `?`, or empty. */
  query: string;
  /** What routes are matched by. */
  key: string;
  /** The Host field, checked. */
  host: string | undefined;
  route: ServedRoute | undefined;
  /** Who gets the request: the route's service or its canary. */
  service: string;
  instance: Instance | undefined;
  permit: Permit | undefined;
  /** What a verified token says. */
  claims: Readonly<Record<string, unknown>> | undefined;
  /** Changes to the fields that the upstream gets. */
  requestEdits: FieldEdits | undefined;
  /** Changes to the fields that the client gets, whoever answers. */
  answerEdits: FieldEdits | undefined;
  /** The copy of it that another service gets. */
  shadow: Shadow | undefined;
  /** What the route's cache has to do with it. */
  cache: CacheVisit | undefined;
  /** Where the request is counted while it runs, on routes that balance by it. */
  load: InstanceLoad | undefined;
  /** Called once when the exchange is over, whatever became of it. */
  cleanup: ((ending: ExchangeEnding) => void)[] | undefined;
  /** Ends the waiting of the pass that waits. */
  abandon: (() => void) | undefined;
  /** The client went while a pass waited: nothing is worth waiting for any more. */
  isAbandoned: boolean;
}

/** What passes are told at the end. */
export interface ExchangeEnding {
  /** As in the access log: 499 for a client that left. */
  status: number;
  /** Why it was not an ordinary answer. */
  reason?: string;
}

/** An exchange that every pass has let through. */
export interface AdmittedExchange extends Exchange {
  route: ServedRoute;
  instance: Instance;
  permit: Permit;
}

/** The client has gone while a pass waits. */
export function abandonExchange(exchange: Exchange): void {
  exchange.isAbandoned = true;
  exchange.abandon?.();
}

/** Has something done at the end of the exchange. */
export function atTheEnd(exchange: Exchange, act: (ending: ExchangeEnding) => void): void {
  if (exchange.cleanup === undefined) exchange.cleanup = [act];
  else exchange.cleanup.push(act);
}

/** The exchange is over: frees what the passes hold for it. A second call does nothing. */
export function endExchange(exchange: Exchange, ending: ExchangeEnding): void {
  const acts = exchange.cleanup;
  if (acts === undefined) return;
  exchange.cleanup = undefined;
  for (const act of acts) act(ending);
}
