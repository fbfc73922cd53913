import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import type { RouteList, RouteMatch } from './explain-routes.js';

export function describeRoutes({ routes, faults }: RouteList, style: Style): string {
  const rows = routes.map(({ path, service, stripPrefix, instances }) => [
    path,
    service,
    stripPrefix ? 'stripped' : 'kept',
    instances.length === 0 ? style.yellow('none') : instances.map(({ id }) => id).join(', '),
  ]);
  const warnings = faults.map((fault) => `${style.yellow('warning')} ${fault}\n`).join('');
  if (rows.length === 0) return `There are no routes: add them under gateway.routes in mscli.yaml.\n${warnings}`;
  return table(['PATH', 'SERVICE', 'PREFIX', 'READY'], rows, style) + warnings;
}

export function describeMatch(match: RouteMatch, style: Style): string {
  const instances = match.instances.map(({ id, url }) => `${id} ${style.dim(url)}`);
  const facts = [
    ['service', match.service],
    ['sees', match.upstreamPath],
    ['ready', instances.length === 0 ? style.yellow('none: the gateway would answer 503') : instances.join(', ')],
    ['breaker', match.breaker],
  ];
  const lines = facts.map(([name, value]) => `  ${style.dim((name ?? '').padEnd(8))} ${value}\n`);
  return `${match.asked} takes the route ${style.bold(match.path)}\n${lines.join('')}`;
}
