import { problem } from '../answers/problem.js';
import { isReserved } from '../routing/route-table.js';
import type { Pass } from './pass.js';

export const findRoute: Pass = (exchange, { routes }) => {
  exchange.route = isReserved(exchange.key) ? undefined : routes.match(exchange.key);
  return exchange.route === undefined ? problem('no-route', 'No route takes this path.') : undefined;
};
