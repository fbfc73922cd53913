import { isReserved, RESERVED_PATH } from '../gateway/routing/route-table.js';
import { routeKey } from '../gateway/routing/target.js';
import type { Finding } from './issue.js';
import { suggestion } from './nearest.js';

type Loose = Readonly<Record<string, unknown>>;

/** What the routes of the gateway must fit: each other, the gateway's own paths, and the services that there are. */
export function routeChecks(routes: readonly Loose[], services: readonly string[]): Finding[] {
  return [
    ...routes.flatMap((route, index) => unknownServices(route, index, services)),
    ...routes.flatMap((route, index) => reservedPath(route, index)),
    ...repeatedPaths(routes),
  ];
}

function unknownServices(route: Loose, index: number, services: readonly string[]): Finding[] {
  const { service, canary, jwt, mirror } = route;
  const named: [unknown, string[]][] = [
    [service, ['service']],
    [member(canary, 'service'), ['canary', 'service']],
    [member(mirror, 'service'), ['mirror', 'service']],
    [serviceOfKeys(member(jwt, 'jwks')), ['jwt', 'jwks']],
  ];
  return named.flatMap(([name, place]) => {
    if (typeof name !== 'string' || services.includes(name)) return [];
    const message = `names the unknown service "${name}"${suggestion(name, services)}`;
    return [{ path: ['gateway', 'routes', index, ...place], message }];
  });
}

function serviceOfKeys(place: unknown): string | undefined {
  if (typeof place !== 'string' || place.includes('://') || !place.includes('/')) return undefined;
  return place.slice(0, place.indexOf('/'));
}

function reservedPath({ path }: Loose, index: number): Finding[] {
  if (typeof path !== 'string' || !isReserved(routeKey(path))) return [];
  const message = `"${path}" is the gateway's own: everything under ${RESERVED_PATH} is; choose another path`;
  return [{ path: ['gateway', 'routes', index, 'path'], message }];
}

function repeatedPaths(routes: readonly Loose[]): Finding[] {
  const first = new Map<string, Loose>();
  return routes.flatMap((route, index) => {
    const { path } = route;
    if (typeof path !== 'string') return [];
    const key = routeKey(path);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, route);
      return [];
    }
    const message = `"${path}" already has a route: ${earlier.path}, to ${earlier.service}`;
    return [{ path: ['gateway', 'routes', index, 'path'], message }];
  });
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Loose)[key] : undefined;
}
