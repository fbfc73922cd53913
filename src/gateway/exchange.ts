import type { Permit } from '@mscli/runtime/breaker';
import type { Instance, Route } from '@mscli/runtime/discovery';
import type { TraceContext } from '@mscli/runtime/telemetry';
import type { RawHeaders } from './headers/raw-headers.js';

/**
 * One request and what the gateway has decided about it. It holds no socket and no stream: the passes read and fill it in,
 * and the forwarding reads it, whatever moves the bytes.
 */
export interface Exchange {
  /** The gateway's own request id, a UUID. */
  readonly id: string;
  readonly method: string;
  /** The request target as received. */
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  /** The client's address as the socket gives it. */
  readonly address: string;
  readonly protocol: 'http' | 'https';
  /** Whether the client asks for another protocol on this connection. */
  readonly upgrade: boolean;
  readonly trace: TraceContext;
  /** `performance.now()` when the head had arrived. */
  readonly receivedAt: number;
  /** Origin-form path for the upstream; set by the pass that reads the target. */
  path: string;
  /** With its `?`, or empty. */
  query: string;
  /** What routes are matched by. */
  key: string;
  /** The Host field, checked. */
  host: string | undefined;
  route: Route | undefined;
  instance: Instance | undefined;
  permit: Permit | undefined;
}

/** An exchange that every pass has let through. */
export interface AdmittedExchange extends Exchange {
  route: Route;
  instance: Instance;
  permit: Permit;
}
