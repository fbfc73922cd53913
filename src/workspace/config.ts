import type * as z from 'zod';
import type { RoutePolicies } from '../gateway/policies/settings/route-policies.js';
import type { GatewaySettings } from '../gateway/settings/gateway-settings.js';
import { type BreakerConfig, breakerSettings } from './breaker-settings.js';
import type { configSchema } from './config-schema.js';

/** `mscli.yaml` as validated: variables expanded, defaults filled in. */
export interface Config {
  name: string;
  /** `auto`, `docker`, `embedded`, or an `amqp(s)://` URL. */
  broker: string;
  gateway: { port: number; routes: RouteConfig[]; settings: GatewaySettings };
  services: Record<string, ServiceConfig>;
}

export interface RouteConfig {
  path: string;
  service: string;
  stripPrefix: boolean;
  /** What else the gateway does on this route; absent where nothing is configured. */
  policies?: RoutePolicies;
}

export interface ServiceConfig {
  /** Folder of the service, relative to the workspace root. For a `command` without `path` this is `.`. */
  path: string;
  /** Command line of a service in any language, run in `path`. Undefined: a service that mscli builds from `path`. */
  command: string | undefined;
  /** Port of the first instance; instance n listens on `port + n - 1`. */
  port: number;
  instances: number;
  dependsOn: string[];
  env: Record<string, string>;
  health: string;
  /** Files and folders whose changes restart the service, relative to the workspace root. */
  watch: string[];
  /** How the breakers of its callers behave; undefined: as they do by default. */
  breaker: BreakerConfig | undefined;
}

/** Fills in what depends on other keys. */
export function completeConfig(parsed: z.output<typeof configSchema>): Config {
  const services = Object.entries(parsed.services).map(([name, service]) => [name, completeService(service)] as const);
  const { port, routes, ...settings } = parsed.gateway;
  const gateway = { port, routes: routes.map(completeRoute), settings };
  return { ...parsed, gateway, services: Object.fromEntries(services) };
}

function completeRoute({ path, service, stripPrefix, ...policies }: ParsedRoute): RouteConfig {
  return { path, service, stripPrefix, ...(Object.keys(policies).length === 0 ? {} : { policies }) };
}

type ParsedRoute = z.output<typeof configSchema>['gateway']['routes'][number];

type ParsedService = z.output<typeof configSchema>['services'][string];

function completeService(service: ParsedService): ServiceConfig {
  const path = normalise(service.path ?? '.');
  return {
    path,
    command: service.command,
    port: service.port,
    instances: service.instances,
    dependsOn: service.dependsOn,
    env: Object.fromEntries(Object.entries(service.env).map(([name, value]) => [name, String(value)])),
    health: service.health,
    watch: service.watch?.map((entry) => normalise(`${path}/${entry}`)) ?? defaultWatch(path, service),
    breaker: service.breaker === undefined ? undefined : breakerSettings(service.breaker),
  };
}

/** A built service depends on its sources and the contracts; a command on its own folder, but never on the whole workspace. */
function defaultWatch(path: string, service: ParsedService): string[] {
  if (service.command === undefined) return [`${path}/src`, 'contracts'];
  return path === '.' ? [] : [path];
}

function normalise(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.join('/') || '.';
}
