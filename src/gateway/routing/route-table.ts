import type { Route } from '@mscli/runtime/discovery';
import { parseTarget, routeKey } from './target.js';

/** The part of the path space that is the gateway's own: no route may lie in it. */
export const RESERVED_PATH = '/.mscli';

/** Routes prepared for look-ups. Built once for each change of the discovery file, then only read. */
export interface RouteTable<R extends Route = Route> {
  /** Longest prefix first. */
  readonly routes: readonly R[];
  /** Sentences about routes that were left out. */
  readonly faults: readonly string[];
  /** The route with the longest prefix of the key that ends on a segment boundary. */
  match(key: string): R | undefined;
}

export function buildRouteTable<R extends Route>(routes: readonly R[]): RouteTable<R> {
  const byKey = new Map<string, R>();
  const faults: string[] = [];
  for (const route of routes) {
    const fault = faultOf(route, byKey);
    if (fault === undefined) byKey.set(routeKey(route.path), route);
    else faults.push(fault);
  }
  const deepest = Math.max(0, ...[...byKey.keys()].map(countSegments));
  return {
    routes: [...byKey].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)).map(([, route]) => route),
    faults,
    match: (key) => longestPrefix(byKey, firstSegments(key, deepest)),
  };
}

function faultOf(route: Route, taken: ReadonlyMap<string, Route>): string | undefined {
  const target = parseTarget(route.path);
  if ('refused' in target) return `The route ${route.path} is left out: ${target.refused}`;
  if (target.authority !== undefined || target.query !== '') {
    return `The route ${route.path} is left out: it must be a path alone.`;
  }
  if (isReserved(target.key)) return `The route ${route.path} is left out: ${RESERVED_PATH} belongs to the gateway.`;
  const other = taken.get(target.key);
  return other === undefined
    ? undefined
    : `The route ${route.path} to ${route.service} is left out: ${other.service} has that path already.`;
}

export function isReserved(key: string): boolean {
  return key === RESERVED_PATH || key.startsWith(`${RESERVED_PATH}/`);
}

function longestPrefix<R extends Route>(byKey: ReadonlyMap<string, R>, key: string): R | undefined {
  for (let prefix = key; ; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
    const route = byKey.get(prefix);
    if (route !== undefined || prefix === '') return route;
  }
}

/** Bounds the look-ups of a path by the deepest route instead of by what a client sends. */
function firstSegments(key: string, count: number): string {
  let end = 0;
  for (let n = 0; n < count; n++) {
    const next = key.indexOf('/', end + 1);
    if (next === -1) return key;
    end = next;
  }
  return key.slice(0, end);
}

function countSegments(key: string): number {
  return key.split('/').length - 1;
}
