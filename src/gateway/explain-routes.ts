import { type Discovery, type MaintenanceNotice, type Route, resolve } from '@mscli/runtime/discovery';
import { failure } from '../errors.js';
import { type PolicyStep, stepsOf } from './policies/order.js';
import { readPolicies } from './policies/read-policies.js';
import { replacePrefix } from './policies/rewrite-prefix.js';
import { underMaintenance } from './policies/under-maintenance.js';
import { buildRouteTable, isReserved, RESERVED_PATH } from './routing/route-table.js';
import { stripPrefix } from './routing/strip-prefix.js';
import { parseTarget } from './routing/target.js';

/** One route and who would answer. */
export interface RouteSummary extends Omit<Route, 'policies'> {
  instances: { id: string; url: string }[];
  /** What a request goes through before it is forwarded, in order. */
  passes: PolicyStep[];
  /** What an operator has put up there. */
  notice?: MaintenanceNotice | undefined;
}

export interface RouteList {
  /** In the order in which they are tried: the longest prefix first. */
  routes: RouteSummary[];
  /** Sentences about routes that are left out. */
  faults: readonly string[];
}

/** Which route takes a path, and what becomes of it. */
export interface RouteMatch extends RouteSummary {
  asked: string;
  /** The path that the service sees, with the query. */
  upstreamPath: string;
  breaker: string;
}

export function listRoutes(routes: readonly Route[], snapshot: Readonly<Discovery>): RouteList {
  const table = buildRouteTable(underMaintenance(routes, snapshot));
  return { routes: table.routes.map((route) => summarise(route, snapshot)), faults: table.faults };
}

/** Fails with `NOT_FOUND` where the gateway would answer 400 or 404. */
export function explainRoute(asked: string, routes: readonly Route[], snapshot: Readonly<Discovery>): RouteMatch {
  const target = parseTarget(asked);
  if ('refused' in target) throw failure('NOT_FOUND', `The gateway refuses ${asked} with 400: ${target.refused}`);
  if (isReserved(target.key))
    throw failure('NOT_FOUND', `${asked} is under ${RESERVED_PATH}, which belongs to the gateway itself.`);
  const table = buildRouteTable(underMaintenance(routes, snapshot));
  const route = table.match(target.key);
  if (route === undefined) {
    const known = table.routes.map(({ path }) => path).join(', ');
    throw failure('NOT_FOUND', `No route takes ${asked}.`, {
      hint: known === '' ? 'Add one under gateway.routes in mscli.yaml.' : `There are routes for ${known}.`,
    });
  }
  return {
    asked,
    ...summarise(route, snapshot),
    upstreamPath: pathBehind(route, target.path) + target.query,
    breaker: `gateway->${route.service}`,
  };
}

function pathBehind(route: Route, path: string): string {
  const prefix = readPolicies(route).policies?.rewritePrefix;
  if (prefix !== undefined) return replacePrefix(path, route.path, prefix);
  return route.stripPrefix ? stripPrefix(path, route.path) : path;
}

function summarise(route: Route, snapshot: Readonly<Discovery>): RouteSummary {
  const { path, service, stripPrefix } = route;
  const instances = resolve(snapshot, service).map(({ id, url }) => ({ id, url }));
  const passes = stepsOf(readPolicies(route).policies ?? {});
  return { path, service, stripPrefix, instances, passes, notice: snapshot.maintenance?.[path] };
}
