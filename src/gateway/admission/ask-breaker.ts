import { problem } from '../answers/problem.js';
import type { Pass } from './pass.js';

export const askBreaker: Pass = (exchange, rules) => {
  if (exchange.route === undefined) return problem('no-route', 'No route takes this path.');
  const breaker = rules.breakerFor(exchange.service);
  exchange.permit = breaker.acquire();
  if (exchange.permit !== undefined) return undefined;
  // It was chosen, and is not asked.
  exchange.instance = undefined;
  return problem('breaker-open', `Calls behind the route ${exchange.route.path} are stopped for now.`, {
    retryAfterSeconds: Math.max(1, Math.ceil(breaker.retryAfterMs() / 1000)),
  });
};
