import { breakerChecks } from './breaker-checks.js';
import type { Finding } from './issue.js';
import { suggestion } from './nearest.js';
import { openApiChecks } from './openapi-checks.js';
import { routeChecks } from './route-checks.js';

/**
 * What zod cannot see: names, ports and paths that must fit each other.
 * Works on unvalidated data, so that these faults are reported together with the others.
 */
export function crossChecks(raw: unknown, folderExists: (path: string) => boolean): Finding[] {
  const services = Object.entries(record(record(raw).services)).map(([name, value]) => ({ name, ...record(value) }));
  const gateway = record(record(raw).gateway);
  const routes = Array.isArray(gateway.routes) ? gateway.routes.map(record) : [];
  return [
    ...routeChecks(
      routes,
      services.map(({ name }) => name),
    ),
    ...openApiChecks(
      gateway.openapi,
      routes,
      services.map(({ name }) => name),
    ),
    ...unknownDependencies(services),
    ...dependencyCycles(services),
    ...repeatedPorts(services, gateway),
    ...missingFolders(services, folderExists),
    ...services.flatMap((service: LooseService) =>
      breakerChecks(['services', service.name, 'breaker'], service.breaker),
    ),
  ];
}

type Loose = Record<string, unknown>;
type LooseService = Loose & { name: string };

function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

function dependenciesOf(service: LooseService | undefined): unknown[] {
  return Array.isArray(service?.dependsOn) ? service.dependsOn : [];
}

function unknownDependencies(services: LooseService[]): Finding[] {
  const names = services.map(({ name }) => name);
  return services.flatMap((service) =>
    dependenciesOf(service).flatMap((dependency, index) => {
      if (typeof dependency !== 'string' || names.includes(dependency)) return [];
      const others = names.filter((name) => name !== service.name);
      const message = `names the unknown service "${dependency}"${suggestion(dependency, others)}`;
      return [{ path: ['services', service.name, 'dependsOn', index], message }];
    }),
  );
}

/** Each cycle once, at the service of it that stands first. */
function dependencyCycles(services: LooseService[]): Finding[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  const walk = (name: string, trail: string[]) => {
    if (trail.includes(name)) {
      const cycle = trail.slice(trail.indexOf(name));
      const first = services.find((service) => cycle.includes(service.name))?.name ?? name;
      const turn = cycle.indexOf(first);
      const shown = [...cycle.slice(turn), ...cycle.slice(0, turn), first].join(' -> ');
      findings.push({ path: ['services', first], key: 'dependsOn', message: `goes round in a circle: ${shown}` });
    }
    if (done.has(name)) return;
    done.add(name);
    for (const next of dependenciesOf(byName.get(name))) {
      if (typeof next === 'string' && byName.has(next)) walk(next, [...trail, name]);
    }
  };
  for (const { name } of services) walk(name, []);
  return findings;
}

interface PortRange {
  name: string;
  path: string[];
  first: number;
  last: number;
}

function repeatedPorts(services: LooseService[], gateway: Loose): Finding[] {
  const ranges = [...portsOfGateway(gateway), ...services.flatMap(portsOfService)];
  return ranges.flatMap((range, index) => {
    const { path } = range;
    const other = ranges.slice(0, index).find(({ first, last }) => range.first <= last && first <= range.last);
    const findings: Finding[] = [];
    if (other) {
      const port = Math.max(range.first, other.first);
      findings.push({
        path,
        message: `${span(range)} ${range.first === range.last ? 'is taken by' : `takes ${port} from`} ${other.name}`,
      });
    }
    if (range.last > 65535 && range.first <= 65535) {
      findings.push({ path, message: `${span(range)} goes beyond 65535` });
    }
    return findings;
  });
}

function portsOfGateway({ port, metrics }: Loose): PortRange[] {
  const own = typeof port === 'number' ? port : 8080;
  const ofMetrics = record(metrics).port;
  const range = (name: string, path: string[], at: number): PortRange => ({ name, path, first: at, last: at });
  return [
    range('the gateway', ['gateway', 'port'], own),
    ...(typeof ofMetrics === 'number'
      ? [range("the gateway's metrics", ['gateway', 'metrics', 'port'], ofMetrics)]
      : []),
  ];
}

function portsOfService({ name, port, instances }: LooseService): PortRange[] {
  if (typeof port !== 'number') return [];
  return [{ name, path: ['services', name, 'port'], first: port, last: port + (instanceCount(instances) - 1) }];
}

function instanceCount(instances: unknown): number {
  return typeof instances === 'number' && instances >= 1 ? Math.floor(instances) : 1;
}

function span({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first} with ${last - first + 1} instances`;
}

function missingFolders(services: LooseService[], folderExists: (path: string) => boolean): Finding[] {
  return services.flatMap(({ name, path }) => {
    if (typeof path !== 'string' || path === '' || path.includes('..') || folderExists(path)) return [];
    return [{ path: ['services', name, 'path'], message: `"${path}" is not a folder of this workspace` }];
  });
}
