import type { Style } from '../../text/style.js';
import type { GatewayCheck } from './check-gateway.js';

export function describeCheck({ file, routes, faults, warnings }: GatewayCheck, style: Style): string {
  const lines = [
    ...faults.map(({ line, column, path, message }) => {
      return `${style.red('fault')} ${file}:${line}:${column} ${[path, message].filter(Boolean).join(' ')}`;
    }),
    ...warnings.map(({ path, message }) => `${style.yellow('warning')} ${path} ${message}`),
  ];
  if (faults.length === 0) {
    lines.push(`${style.green('ok')} ${file}: ${routes === 1 ? 'one route' : `${routes} routes`} can be served`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
