import type { Discovery, Route } from '@mscli/runtime/discovery';

/** The routes with the notices that operators have put up: each is a `maintenance` of its route. */
export function underMaintenance<R extends Route>(
  routes: readonly R[],
  { maintenance: notices = {} }: Pick<Discovery, 'maintenance'>,
): R[] {
  return routes.map((route) => {
    const notice = notices[route.path];
    if (notice === undefined) return route;
    const { message } = notice;
    const maintenance = { on: true, ...(message === undefined ? {} : { message }) };
    return { ...route, policies: { ...asMap(route.policies), maintenance } };
  });
}

/** What cannot be read as policies closes the route anyway. */
function asMap(policies: unknown): object {
  return typeof policies === 'object' && policies !== null ? policies : policies === undefined ? {} : { policies };
}
