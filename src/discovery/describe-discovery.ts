import type { Discovery, Instance, Route } from '@mscli/runtime/discovery';
import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';

/** An instance, and whether its process still runs. */
export interface ListedInstance extends Instance {
  alive: boolean;
}

/** The instances by service and id, those whose process is gone too. */
export function listInstances(
  { instances }: Readonly<Discovery>,
  alive: (pid: number, start?: string) => boolean,
): ListedInstance[] {
  return Object.values(instances)
    .map((instance) => ({
      ...instance,
      alive: instance.pid === undefined || alive(instance.pid, instance.processStart),
    }))
    .sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
}

/** `discovery list` for people: who runs where, then what the gateway serves. */
export function describeDiscovery(
  instances: readonly ListedInstance[],
  routes: readonly Route[],
  now: number,
  style: Style,
  limit?: number,
): string {
  if (instances.length === 0) return 'Nothing is registered. Start the workspace with `mscli up`.\n';
  const headings = ['INSTANCE', 'SERVICE', 'STATUS', 'URL', 'PID', 'UP', 'REGISTERED BY'];
  const services = table(
    headings,
    instances.map((instance) => row(instance, now, style)),
    style,
    limit,
  );
  return routes.length === 0 ? services : `${services}\n${describeRoutes(routes, style, limit)}`;
}

function row(instance: ListedInstance, now: number, style: Style): string[] {
  const { id, service, url, pid, startedAt, registeredBy } = instance;
  const up = instance.alive ? formatDuration(now - Date.parse(startedAt)) : '';
  return [id, service, paintStatus(instance, style), url, pid === undefined ? '' : String(pid), up, registeredBy];
}

function paintStatus({ status, alive }: ListedInstance, style: Style): string {
  if (!alive) return style.red('gone');
  switch (status) {
    case 'ready':
      return style.green(status);
    case 'starting':
    case 'stopping':
      return style.yellow(status);
    case 'unhealthy':
      return style.red(status);
    default:
      return status satisfies never;
  }
}

function describeRoutes(routes: readonly Route[], style: Style, limit?: number): string {
  const rows = routes.map(({ path, service, stripPrefix }) => [path, service, stripPrefix ? 'prefix stripped' : '']);
  return table(['ROUTE', 'SERVICE', ''], rows, style, limit);
}
