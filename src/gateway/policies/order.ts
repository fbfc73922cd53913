import type { RoutePolicies } from './settings/route-policies.js';

/**
 * The order of a route's passes, and the only place where it stands. First what is answered without looking further, then
 * what is cheap, then what costs or waits. What the answer depends on is settled before the cache is asked, and what is
 * answered from there takes nobody's place. Behind them come the choice of the instance and the breaker.
 */
export const passOrder = [
  'cors',
  'maintenance',
  'maxBody',
  // By claim it stands behind the token, whose claims it counts.
  'rateLimit',
  'jwt',
  'rateLimitByClaim',
  'canary',
  'headers',
  'cache',
  'concurrency',
  'rewritePrefix',
  // Takes effect when the service is called.
  'mirror',
] as const satisfies readonly (keyof RoutePolicies | 'rateLimitByClaim')[];

export type PassName = (typeof passOrder)[number];

/** What is done after the passes, by the choice of the instance, by the forwarding and with the answer, in this order. */
export const afterwards = [
  'balance',
  'outliers',
  'timeouts',
  'retries',
  'compression',
] as const satisfies readonly (keyof RoutePolicies)[];

/** The setting of a pass, where the route has it. */
export function settingOf<N extends PassName>(policies: RoutePolicies, name: N): unknown {
  switch (name) {
    case 'rateLimit':
      return isByClaim(policies) ? undefined : policies.rateLimit;
    case 'rateLimitByClaim':
      return isByClaim(policies) ? policies.rateLimit : undefined;
    case 'maintenance':
      return policies.maintenance?.on === true ? policies.maintenance : undefined;
    default:
      return policies[name as keyof RoutePolicies];
  }
}

function isByClaim({ rateLimit }: RoutePolicies): boolean {
  return rateLimit?.by.startsWith('claim:') === true;
}

/** One step of a request on a route, with its settings. */
export interface PolicyStep {
  name: keyof RoutePolicies;
  settings: unknown;
}

/** What a request goes through, in order. */
export function stepsOf(policies: RoutePolicies): PolicyStep[] {
  const passes = passOrder.map((name) => ({
    name: name === 'rateLimitByClaim' ? ('rateLimit' as const) : name,
    settings: settingOf(policies, name),
  }));
  const rest = afterwards.map((name) => ({ name, settings: policies[name] }));
  return [...passes, ...rest].filter(({ settings }) => settings !== undefined);
}
