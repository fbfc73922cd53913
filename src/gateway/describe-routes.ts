import type { MaintenanceNotice } from '@mscli/runtime/discovery';
import { dateAndTime } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import type { RouteList, RouteMatch } from './explain-routes.js';
import { GATEWAY } from './openapi/own-paths.js';
import type { PolicyStep } from './policies/order.js';

export function describeRoutes({ routes, faults }: RouteList, style: Style, limit?: number): string {
  const rows = routes.map(({ path, service, stripPrefix, instances, passes }) => [
    path,
    service,
    stripPrefix ? 'stripped' : 'kept',
    service === GATEWAY
      ? 'itself'
      : instances.length === 0
        ? style.yellow('none')
        : instances.map(({ id }) => id).join(', '),
    passes.map(({ name }) => name).join(', '),
  ]);
  const warnings = faults.map((fault) => `${style.yellow('warning')} ${fault}\n`).join('');
  if (rows.length === 0) return `There are no routes: add them under gateway.routes in mscli.yaml.\n${warnings}`;
  return table(['PATH', 'SERVICE', 'PREFIX', 'READY', 'PASSES'], rows, style, limit) + warnings;
}

export function describeMatch(match: RouteMatch, style: Style): string {
  if (match.service === GATEWAY) {
    return `${match.asked} takes the route ${style.bold(match.path)}, which the gateway answers itself\n`;
  }
  const instances = match.instances.map(({ id, url }) => `${id} ${style.dim(url)}`);
  const facts = [
    ['service', match.service],
    ['sees', match.upstreamPath],
    ['ready', instances.length === 0 ? style.yellow('none: the gateway would answer 503') : instances.join(', ')],
    ['breaker', match.breaker],
    ...(match.notice === undefined ? [] : [['notice', style.yellow(describeNotice(match.notice))]]),
  ];
  const lines = facts.map(([name, value]) => `  ${style.dim((name ?? '').padEnd(8))} ${value}\n`);
  return `${match.asked} takes the route ${style.bold(match.path)}\n${lines.join('')}${describePasses(match.passes, style)}`;
}

function describeNotice({ author, at }: MaintenanceNotice): string {
  return `${author} put it under maintenance at ${dateAndTime(at)}`;
}

function describePasses(passes: readonly PolicyStep[], style: Style): string {
  if (passes.length === 0) return '';
  const longest = Math.max(...passes.map(({ name }) => name.length));
  const lines = passes.map(({ name, settings }) => `    ${name.padEnd(longest)}  ${describeSettings(settings)}\n`);
  return `  ${style.dim('it goes through, in this order')}\n${lines.join('')}`;
}

/** `requests 100, per 1m, by ip`. */
function describeSettings(settings: unknown): string {
  if (Array.isArray(settings)) return settings.join(' ');
  if (typeof settings !== 'object' || settings === null) return String(settings);
  const parts = Object.entries(settings).filter(([, value]) => value !== undefined && !isEmpty(value));
  return parts
    .map(([key, value]) => `${key} ${isMap(value) ? `(${describeSettings(value)})` : describeSettings(value)}`)
    .join(', ');
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
