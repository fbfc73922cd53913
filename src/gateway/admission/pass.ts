import type { Breaker } from '@mscli/runtime/breaker';
import type { Instance } from '@mscli/runtime/discovery';
import type { Problem } from '../answers/problem.js';
import type { Exchange } from '../exchange.js';
import type { RouteTable } from '../routing/route-table.js';

/** What the passes decide by; read anew for each request, since the discovery file may have changed. */
export interface Rules {
  readonly routes: RouteTable;
  /** The next instance of a service that may be called, other than the given ones; undefined when there is none. */
  nextInstance(service: string, except?: readonly Instance[]): Instance | undefined;
  breakerFor(service: string): Breaker;
}

/** One step of admission: fills in its part of the exchange, or refuses. Synchronous, and it knows no socket. */
export type Pass = (exchange: Exchange, rules: Rules) => Problem | undefined;
