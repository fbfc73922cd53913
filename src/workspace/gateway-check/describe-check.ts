import type { Style } from '../../text/style.js';
import { type Fault, sentence } from '../fault.js';
import type { GatewayCheck } from './check-gateway.js';

export function describeCheck({ file, routes, faults, warnings }: GatewayCheck, style: Style): string {
  const told = (word: string, fault: Fault) => `${word} ${file}:${fault.line}:${fault.column} ${sentence(fault)}`;
  const lines = [
    ...faults.map((fault) => told(style.red('fault'), fault)),
    ...warnings.map((warning) => told(style.yellow('warning'), warning)),
  ];
  if (faults.length === 0) {
    lines.push(`${style.green('ok')} ${file}: ${servable(routes)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** What there is to say where nothing is wrong. */
export function servable(routes: number): string {
  return `${routes === 1 ? 'one route' : `${routes} routes`} can be served`;
}
