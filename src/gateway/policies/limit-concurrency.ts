import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import { atTheEnd } from '../exchange.js';
import { Bulkhead } from './limits/bulkhead.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/values.js';

const RETRY_AFTER_SECONDS = 1;

/** So many requests run on the route at once, a few wait, the others get 503. The place is free when the exchange is over. */
export function limitConcurrency(settings: NonNullable<RoutePolicies['concurrency']>): RoutePass {
  const { limit, queue, wait } = settings;
  const bulkhead = new Bulkhead({ limit, queue, waitMs: milliseconds(wait) });
  const leave = () => bulkhead.leave();
  return (exchange) => {
    if (bulkhead.tryEnter()) {
      atTheEnd(exchange, leave);
      return undefined;
    }
    const place = exchange.isAbandoned ? undefined : bulkhead.queueUp();
    if (place === undefined) return overloaded(limit);
    exchange.abandon = place.abandon;
    return place.waited.then((how) => {
      exchange.abandon = undefined;
      if (how !== 'entered') return overloaded(limit);
      atTheEnd(exchange, leave);
      return undefined;
    });
  };
}

function overloaded(limit: number): Problem {
  return problem('overloaded', `${limit} requests are running here already, and others are waiting.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
