import type { RoutePass } from '../admission/pass.js';
import { atTheEnd } from '../exchange.js';
import { firstValue } from '../headers/raw-headers.js';
import { Shadow } from './mirror/shadow.js';
import { Shadows } from './mirror/shadows.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { bytes, milliseconds } from './settings/units.js';

/**
 * Has another service get a copy of a share of the requests, once they are on their way to the route's own. Where too many copies are under way
 * there is none: nothing about them can hold up or fail a request.
 */
export function mirrorRequests(settings: NonNullable<RoutePolicies['mirror']>, random: () => number): RoutePass {
  const share = settings.percent / 100;
  const shadows = new Shadows({
    service: settings.service,
    most: settings.concurrency,
    maxBodyBytes: bytes(settings.maxBody),
    timeoutMs: milliseconds(settings.timeout),
  });
  return (exchange) => {
    if (exchange.upgrade || random() >= share) return undefined;
    if (Number(firstValue(exchange.headers, 'content-length') ?? 0) > shadows.rule.maxBodyBytes) return undefined;
    const shadow = new Shadow(exchange, shadows);
    exchange.shadow = shadow;
    atTheEnd(exchange, () => shadow.stopGathering());
    return undefined;
  };
}
