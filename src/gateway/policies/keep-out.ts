import type { RoutePass } from '../admission/pass.js';
import { problem } from '../answers/problem.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/units.js';

/** Answers in place of a service under maintenance. */
export function keepOut({ message, retryAfter }: NonNullable<RoutePolicies['maintenance']>): RoutePass {
  const answer = problem('maintenance', message ?? 'This part is under maintenance.', {
    retryAfterSeconds: Math.ceil(milliseconds(retryAfter) / 1000),
  });
  return () => answer;
}
