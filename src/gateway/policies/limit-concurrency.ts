import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import { atTheEnd } from '../exchange.js';
import { limitUnknown } from './limits/limit-unknown.js';
import type { Places } from './limits/limiters.js';
import type { RoutePolicies } from './settings/route-policies.js';

const RETRY_AFTER_SECONDS = 1;

/** So many requests run on the route at once, a few wait, the others get 503. The place is free when the exchange is over. */
export function limitConcurrency(
  { limit }: Pick<NonNullable<RoutePolicies['concurrency']>, 'limit'>,
  places: Places,
): RoutePass {
  const leave = () => places.leave();
  return (exchange) => {
    const place = exchange.isAbandoned ? false : places.enter();
    if (place === false) return overloaded(limit);
    if (place === true) {
      atTheEnd(exchange, leave);
      return undefined;
    }
    exchange.abandon = place.abandon;
    return place.waited.then((how) => {
      exchange.abandon = undefined;
      if (how === 'unknown') return limitUnknown();
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
