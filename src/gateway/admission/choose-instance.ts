import { problem } from '../answers/problem.js';
import type { Pass } from './pass.js';

/** How soon a service may be back that is being restarted. */
const RETRY_AFTER_SECONDS = 1;

export const chooseInstance: Pass = (exchange, rules) => {
  if (exchange.route === undefined) return problem('no-route', 'No route takes this path.');
  exchange.instance = rules.nextInstance(exchange);
  if (exchange.instance !== undefined) return undefined;
  return problem('no-instance', `Nothing behind the route ${exchange.route.path} is ready to answer.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
};
