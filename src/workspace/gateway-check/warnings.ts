import { ownPaths } from '../../gateway/openapi/own-paths.js';
import type { RoutePolicies } from '../../gateway/policies/settings/route-policies.js';
import { milliseconds } from '../../gateway/policies/settings/units.js';
import { routeKey } from '../../gateway/routing/target.js';
import type { Config } from '../config.js';
import type { Finding } from '../issue.js';

type Env = Readonly<Record<string, string | undefined>>;
type Route = Config['gateway']['routes'][number];

/** What a reader of the gateway's routes would ask about: what is valid and yet hardly what was meant. */
export function warningsOf(config: Config, env: Env): Finding[] {
  const { routes } = config.gateway;
  if (routes.length === 0) return [{ path: ['gateway', 'routes'], message: 'is empty: every request gets 404' }];
  const ofRoutes = routes.flatMap((route, index) => {
    const found = [
      ...outOfReach(route.policies ?? {}),
      ...nothingToChoose(route, config),
      ...openInside(route, routes),
      ...withoutSecret(route.policies ?? {}, env),
      ...hardlyStored(route.policies ?? {}),
    ];
    return found.map(([keys, message]) => ({ path: ['gateway', 'routes', index, ...keys.split('.')], message }));
  });
  return [...takenByOwn(config), ...ofRoutes];
}

/** What the gateway answers itself is taken out of the route around it. */
function takenByOwn({ gateway: { routes, settings } }: Config): Finding[] {
  return ownPaths(settings).flatMap(({ path }) => {
    const key = routeKey(path);
    const around = routes.find((route) => key.startsWith(`${routeKey(route.path)}/`));
    if (around === undefined) return [];
    return [{ path: ['gateway', 'openapi'], message: `takes ${path} out of the route ${around.path}` }];
  });
}

/** A key of the route, such as `canary.percent`, and what is to be said about it. */
type Remark = [keys: string, message: string];

function outOfReach({ maintenance, canary, timeouts, concurrency }: RoutePolicies): Remark[] {
  const remarks: Remark[] = [];
  if (maintenance?.on === true) remarks.push(['maintenance', 'is on: no request gets past it']);
  if (canary?.percent === 100) {
    remarks.push(['canary.percent', `is 100: everything goes to ${canary.service} while it has an instance`]);
  }
  const total = timeouts?.total;
  for (const key of ['connect', 'firstByte', 'idle'] as const) {
    const part = timeouts?.[key];
    if (total === undefined || part === undefined || milliseconds(part) < milliseconds(total)) continue;
    remarks.push([`timeouts.${key}`, `is ${part} and never reached: the total of ${total} is over first`]);
  }
  if (concurrency !== undefined && concurrency.queue === 0 && concurrency.wait !== '1s') {
    remarks.push(['concurrency.wait', 'has no effect without a queue']);
  }
  return remarks;
}

function nothingToChoose({ service, policies = {} }: Route, { services }: Config): Remark[] {
  if (services[service]?.instances !== 1) return [];
  const keys = (['balance', 'outliers'] as const).filter((key) => policies[key] !== undefined);
  return keys.map((key) => [key, `has nothing to choose from: ${service} has one instance`]);
}

/** A route below a guarded one takes its paths out of the guard. */
function openInside({ path, policies = {} }: Route, routes: readonly Route[]): Remark[] {
  if (policies.jwt !== undefined) return [];
  const key = routeKey(path);
  const around = routes.find(
    (other) => other.policies?.jwt !== undefined && key.startsWith(`${routeKey(other.path)}/`) && other.path !== path,
  );
  if (around === undefined) return [];
  return [['path', `is open to everyone, inside the route ${around.path}, which wants a token`]];
}

/** With a token, everything is somebody's. */
function hardlyStored({ cache, jwt }: RoutePolicies): Remark[] {
  if (cache === undefined || jwt === undefined || jwt.optional) return [];
  return [['cache', 'stores only answers that say public or s-maxage: the route wants a token']];
}

function withoutSecret({ jwt }: RoutePolicies, env: Env): Remark[] {
  if (jwt?.secret === undefined || env[jwt.secret]) return [];
  return [['jwt.secret', `names ${jwt.secret}, which is not set here: a gateway without it closes the route`]];
}
