import {
  beginMaintenance,
  discoveryPath,
  endMaintenance,
  type MaintenanceNotice,
  type Route,
  updateDiscovery,
} from '@mscli/runtime/discovery';
import { failure } from '../errors.js';
import { readPolicies } from './policies/read-policies.js';
import { routeKey } from './routing/target.js';

export interface MaintenanceOrder {
  /** A route's path. */
  path: string;
  on: boolean;
  author: string;
  message: string | undefined;
}

/** A route's maintenance as it is now. */
export interface MaintenanceState {
  path: string;
  on: boolean;
  /** What an operator has put up. */
  notice?: MaintenanceNotice;
  /** Whether mscli.yaml has it on, whatever operators say. */
  configured: boolean;
}

/** Puts a notice up on a route for every gateway, those that start later too, or takes it off. Fails with `NOT_FOUND`. */
export async function switchMaintenance(
  { path, on, author, message }: MaintenanceOrder,
  { stateUrl, routes }: { stateUrl: string; routes: readonly Route[] },
): Promise<MaintenanceState> {
  const route = routes.find((candidate) => routeKey(candidate.path) === routeKey(path));
  if (route === undefined) {
    const known = routes.map((candidate) => candidate.path).join(', ');
    const hint = known === '' ? 'Add one under gateway.routes in mscli.yaml.' : `There are routes for ${known}.`;
    throw failure('NOT_FOUND', `There is no route ${path}.`, { hint });
  }
  let notice: MaintenanceNotice | undefined;
  await updateDiscovery(discoveryPath(stateUrl), (draft) => {
    if (on) notice = beginMaintenance(draft, route.path, { author, message });
    else endMaintenance(draft, route.path);
  });
  const configured = readPolicies(route).policies?.maintenance?.on === true;
  return { path: route.path, on: on || configured, ...(notice === undefined ? {} : { notice }), configured };
}

export function describeMaintenance({ path, notice, configured }: MaintenanceState): string {
  if (notice !== undefined) return `${path} is under maintenance: every gateway answers 503 there\n`;
  return configured
    ? `the notice on ${path} is taken off, but mscli.yaml still has its maintenance on\n`
    : `${path} is served again\n`;
}
