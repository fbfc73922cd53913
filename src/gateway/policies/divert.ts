import type { RoutePass } from '../admission/pass.js';
import { hashText } from '../balancing/hash-text.js';
import { valuesOf } from '../headers/raw-headers.js';
import { keyReader } from './read-key.js';
import type { RoutePolicies } from './settings/route-policies.js';

/**
 * Sends a part of the requests to another service: those with a certain field, and a share of the rest. Whoever is in the
 * share stays in it while it grows. Without an instance of the other service its share stays with the route's own.
 */
export function divert(settings: NonNullable<RoutePolicies['canary']>, random: () => number): RoutePass {
  const { service, percent, by, header } = settings;
  const share = percent / 100;
  const readKey = by === undefined ? undefined : keyReader(by);
  const field = header?.name.toLowerCase();
  return (exchange, rules) => {
    const values = field === undefined ? [] : valuesOf(exchange.headers, field);
    const isChosen = values.length > 0 && (header?.value === undefined || values.includes(header.value));
    if (!isChosen) {
      const key = readKey?.(exchange);
      // Another hash than the balancer's, or the share would fall on few of its instances.
      const draw = key === undefined ? random() : hashText(`canary ${key}`) / 2 ** 32;
      if (draw >= share || !rules.isServed(service)) return undefined;
    }
    exchange.service = service;
    return undefined;
  };
}
