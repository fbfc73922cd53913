import type { Style } from '../text/style.js';
import { padEnd } from '../text/table.js';
import type { BlastRadius } from './blast-radius.js';

/** Who will feel it, for a person who is about to say yes. */
export function describeBlastRadius(name: string, radius: BlastRadius, style: Style): string {
  const { callers, routes, subscriptions, sagas } = radius;
  const direct = routes.filter(({ isDirect }) => isDirect).map(({ path }) => path);
  const through = routes.filter(({ isDirect }) => !isDirect).map(({ path, service }) => `${path} (through ${service})`);
  const rows: [string, string[]][] = [
    ['callers', callers.map(({ service, instances }) => `${service} (${count(instances, 'instance')})`)],
    ['routes', [...direct, ...through]],
    ['subscriptions', subscriptions],
    ['sagas', sagas.map(({ service, name }) => `${name} (${service})`)],
  ];
  const known = rows.filter(([, names]) => names.length > 0);
  if (known.length === 0) return `Nobody is known who would feel ${style.bold(name)}.\n`;
  const lines = known.map(([what, names]) => `  ${style.dim(padEnd(what, 13))}  ${names.join(', ')}\n`);
  return [`${style.bold(name)} is felt by\n`, ...lines].join('');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
