import { timeOfDay } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { padEnd } from '../text/table.js';
import type { SeenEvent } from './see-event.js';

const palette = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const;

/**
 * One line: time of day, key, source, id, trace, payload. Keys that begin with the same word have the same colour in
 * every run.
 */
export function describeEvent(event: SeenEvent, style: Style, { full = false }: { full?: boolean } = {}): string {
  const id = (text: string, columns: number) => padEnd(full ? text : text.slice(0, 8), full ? columns : 8);
  return [
    style.dim(clock(event.time)),
    paintKey(padEnd(event.key, 22), style),
    padEnd(event.source, 15),
    style.dim(id(event.id, 36)),
    style.dim(id(event.trace ?? '-', 32)),
    JSON.stringify(event.data),
    ...(event.cloudEvent ? [] : [style.dim('(not a CloudEvent)')]),
  ].join('  ');
}

function clock(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return padEnd(time, 12);
  return `${timeOfDay(time)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function paintKey(key: string, style: Style): string {
  const word = key.trim().split('.')[0] ?? '';
  const sum = [...word].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return style[palette[sum % palette.length] ?? 'cyan'](key);
}
