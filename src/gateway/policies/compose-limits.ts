import type { RoutePass } from '../admission/pass.js';
import { limitConcurrency } from './limit-concurrency.js';
import { bucketRule, limitRate } from './limit-rate.js';
import type { Limiters } from './limits/limiters.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/units.js';

/** The rate limit at a place in the table; the same place and settings give the same counts, whoever composes it. */
export function composeRateLimit(
  place: string,
  settings: NonNullable<RoutePolicies['rateLimit']>,
  limiters: Limiters,
): RoutePass {
  const buckets = limiters.buckets(nameOf(place, settings), bucketRule(settings));
  return owning(limitRate(settings, buckets), buckets);
}

export function composeConcurrency(
  place: string,
  settings: NonNullable<RoutePolicies['concurrency']>,
  limiters: Limiters,
): RoutePass {
  const { limit, queue, wait } = settings;
  const places = limiters.places(nameOf(place, settings), { limit, queue, waitMs: milliseconds(wait) });
  return owning(limitConcurrency(settings, places), places);
}

function nameOf(place: string, settings: object): string {
  return `${place} ${JSON.stringify(settings)}`;
}

/** What the pass counts with goes with it. */
function owning(pass: RoutePass, owned: Disposable): RoutePass & Disposable {
  return Object.assign(pass, { [Symbol.dispose]: () => owned[Symbol.dispose]() });
}
