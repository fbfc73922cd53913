import type { Breaker } from '@mscli/runtime/breaker';
import type { Instance } from '@mscli/runtime/discovery';
import type { OwnAnswer, Problem } from '../answers/problem.js';
import type { StoredAnswer } from '../answers/stored-answer.js';
import type { Exchange } from '../exchange.js';
import type { ServedRoute } from '../policies/served-route.js';
import type { RouteTable } from '../routing/route-table.js';

/** What the passes decide by; read anew for each request, since the discovery file may have changed. */
export interface Rules {
  readonly routes: RouteTable<ServedRoute>;
  /**
   * The next instance that may get this request; undefined when there is none. Those to leave out have just failed at it,
   * which is held against the last of them on routes that skip outliers.
   */
  nextInstance(exchange: Exchange, except?: readonly Instance[]): Instance | undefined;
  /** Resolves when an instance may have come of a service that is being restarted; undefined where none is to come. */
  nextComing(service: string): Promise<void> | undefined;
  /** Whether any instance of a service may be called. */
  isServed(service: string): boolean;
  breakerFor(service: string): Breaker;
}

/** One step of admission: fills in its part of the exchange, or refuses. Synchronous, and it knows no socket. */
export type Pass = (exchange: Exchange, rules: Rules) => Problem | undefined;

/** What a route answers with in place of the service. */
export type RouteAnswer = OwnAnswer | StoredAnswer;

/** A step of one route's policies. It gives a promise only where it has to wait. */
export type RoutePass = (
  exchange: Exchange,
  rules: Rules,
) => RouteAnswer | undefined | Promise<RouteAnswer | undefined>;
