import type { Fault } from './fault.js';

/** The fault with the path of the route that it is about: people know a route by its path, not by its number. */
export function withRoute<F extends Fault>(fault: F, raw: unknown): F {
  const index = /^gateway\.routes\.(\d+)/.exec(fault.path)?.[1];
  const path = index === undefined ? undefined : ['gateway', 'routes', index, 'path'].reduce(member, raw);
  return typeof path === 'string' && path !== '' ? { ...fault, route: path } : fault;
}

function member(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[key];
}
