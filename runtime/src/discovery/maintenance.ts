import type { Discovery, MaintenanceNotice } from './types.js';

/**
 * Has the gateways answer 503 on a route, inside an `update`, until {@link endMaintenance}.
 *
 * @param draft - the draft that `update` or `updateDiscovery` hands out
 * @param path - the route's, as it stands in `routes`
 */
export function beginMaintenance(
  draft: Discovery,
  path: string,
  { author, message, now = Date.now() }: { author: string; message?: string | undefined; now?: number },
): MaintenanceNotice {
  const at = new Date(now).toISOString();
  const notice: MaintenanceNotice = { author, at, ...(message === undefined ? {} : { message }) };
  draft.maintenance = { ...draft.maintenance, [path]: notice };
  return notice;
}

/** Ends a route's maintenance, inside an `update`; returns the notice that was taken off, if there was one. */
export function endMaintenance(draft: Discovery, path: string): MaintenanceNotice | undefined {
  const { [path]: ended, ...rest } = draft.maintenance ?? {};
  draft.maintenance = rest;
  return ended;
}
