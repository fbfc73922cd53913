import type { Fault } from './fault.js';
import { valueAt } from './issue.js';

/** The fault with the path of the route that it is about: people know a route by its path, not by its number. */
export function withRoute(fault: Fault, raw: unknown): Fault {
  const index = /^gateway\.routes\.(\d+)/.exec(fault.path)?.[1];
  const path = index === undefined ? undefined : valueAt(raw, ['gateway', 'routes', index, 'path']);
  return typeof path === 'string' && path !== '' ? { ...fault, route: path } : fault;
}
