import type { RoutePass } from '../admission/pass.js';
import { stripPrefix } from '../routing/strip-prefix.js';

/** Puts another prefix in place of the route's: `/orders/7` under `/orders` becomes `/v1/orders/7`. */
export function rewritePrefix(routePath: string, prefix: string): RoutePass {
  return (exchange) => {
    exchange.path = replacePrefix(exchange.path, routePath, prefix);
    return undefined;
  };
}

export function replacePrefix(path: string, routePath: string, prefix: string): string {
  const rest = stripPrefix(path, routePath);
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  // The route itself stays without a slash, where it was asked for so.
  return rest === '/' && !path.endsWith('/') && base !== '' ? base : base + rest;
}
