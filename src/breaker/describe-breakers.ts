import type { BreakerOverride, BreakerReport } from '@mscli/runtime/discovery';
import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import type { BreakerView } from './list-breakers.js';

/** `breaker list` for people: a line for each instance of each breaker. */
export function describeBreakers(breakers: readonly BreakerView[], now: number, style: Style, limit?: number): string {
  if (breakers.length === 0) return 'No breaker has been used yet: one appears with the first call to a service.\n';
  const rows = breakers.flatMap((breaker) => rowsOf(breaker, now, style));
  return table(['BREAKER', 'INSTANCE', 'STATE', 'SINCE', 'FAILURES', 'WHY'], rows, style, limit);
}

/** `tripped by ada for another 12 s: testing`. */
export function describeOverride({ mode, author, reason, until }: BreakerOverride, now: number): string {
  const end = until === undefined ? 'until it is reset' : `for another ${formatDuration(Date.parse(until) - now)}`;
  return `${mode === 'open' ? 'tripped' : 'disabled'} by ${author} ${end}${reason === undefined ? '' : `: ${reason}`}`;
}

/** `consecutive-failures, tries again in 12 s`. */
function describeOpening({ state, reason, until }: BreakerReport, now: number): string {
  if (state !== 'open' || reason === undefined) return '';
  const left = until === undefined ? 0 : Date.parse(until) - now;
  const next = left > 0 ? `tries again in ${formatDuration(left)}` : 'tries again with the next call';
  return `${reason === 'half-open' ? 'the trial failed' : reason}, ${next}`;
}

function rowsOf({ name, override, instances }: BreakerView, now: number, style: Style): string[][] {
  const word = override === undefined ? '' : describeOverride(override, now);
  if (instances.length === 0) return [[name, style.dim('none yet'), '', '', '', word]];
  return instances.map((instance) => {
    const pending = override !== undefined && instance.override !== override.id;
    return [
      name,
      instance.id,
      paintState(instance.state, style),
      `${formatDuration(now - Date.parse(instance.since))} ago`,
      String(instance.failures),
      pending ? `${word} ${style.yellow('(not obeyed yet)')}` : word || describeOpening(instance, now),
    ];
  });
}

/** A state in the colour of how bad it is. */
export function paintState(state: BreakerReport['state'], style: Style): string {
  switch (state) {
    case 'closed':
      return style.green(state);
    case 'half-open':
    case 'disabled':
      return style.yellow(state);
    case 'open':
    case 'forced-open':
      return style.red(state);
    default:
      return state satisfies never;
  }
}
