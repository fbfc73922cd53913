import type { Route } from '@mscli/runtime/discovery';
import { replacePrefix } from '../../policies/rewrite-prefix.js';
import type { RouteTable } from '../../routing/route-table.js';
import { routeKey } from '../../routing/target.js';

/** A route as far as it changes paths. */
export interface PathRoute extends Route {
  rewritePrefix: string | undefined;
}

/**
 * Where a path of a service is at the gateway by this route, if anywhere. Templates such as `/orders/{id}` are taken as they
 * stand: a segment in braces is under no route that has a word there.
 */
export function exposedPath(path: string, route: PathRoute, table: Pick<RouteTable, 'match'>): string | undefined {
  const outside = outsidePath(path, route);
  if (outside === undefined) return undefined;
  const taken = table.match(routeKey(outside));
  return taken?.path === route.path ? outside : undefined;
}

function outsidePath(path: string, route: PathRoute): string | undefined {
  const { path: prefix, stripPrefix, rewritePrefix } = route;
  if (rewritePrefix !== undefined)
    return isUnder(path, rewritePrefix) ? join(prefix, restOf(path, rewritePrefix)) : undefined;
  if (stripPrefix) return join(prefix, path === '/' ? '' : path);
  return isUnder(path, prefix) ? path : undefined;
}

function isUnder(path: string, prefix: string): boolean {
  const [key, above] = [routeKey(path), routeKey(prefix)];
  return key === above || key.startsWith(`${above}/`);
}

function restOf(path: string, prefix: string): string {
  return replacePrefix(path, prefix, '/').replace(/^\/$/, '');
}

function join(prefix: string, rest: string): string {
  const base = prefix.replace(/\/$/, '');
  return base + rest || '/';
}
