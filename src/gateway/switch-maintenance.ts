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
  /** What was taken off. */
  ended?: MaintenanceNotice | undefined;
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
  let change: Pick<MaintenanceState, 'notice' | 'ended'> = {};
  await updateDiscovery(discoveryPath(stateUrl), (draft) => {
    if (on) change = { notice: beginMaintenance(draft, route.path, { author, message }) };
    else change = { ended: endMaintenance(draft, route.path) };
  });
  const configured = readPolicies(route).policies?.maintenance?.on === true;
  return { path: route.path, on: on || configured, ...change, configured };
}

export function describeMaintenance({ path, notice, ended, configured }: MaintenanceState): string {
  if (notice !== undefined) return `${path} is under maintenance: every gateway answers 503 there\n`;
  const done = ended === undefined ? `there was no notice on ${path}` : `the notice on ${path} is taken off`;
  if (configured) return `${done}, but mscli.yaml has its maintenance on\n`;
  return ended === undefined ? `${done}: it is served\n` : `${path} is served again\n`;
}
