import { problem } from '../answers/problem.js';
import { isReserved } from '../routing/route-table.js';
import type { Pass } from './pass.js';

export const findRoute: Pass = (exchange, { routes }) => {
  const route = isReserved(exchange.key) ? undefined : routes.match(exchange.key);
  if (route === undefined) return problem('no-route', 'No route takes this path.');
  exchange.route = route;
  exchange.service = route.service;
  return undefined;
};
