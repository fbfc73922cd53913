import { formatDuration } from '../../text/duration.js';
import { dateAndTime } from '../../text/moment.js';
import type { Style } from '../../text/style.js';
import { table } from '../../text/table.js';
import type { Replay } from './replay.js';
import type { Tuning } from './tune-breaker.js';

const mostOpenings = 10;

/** `breaker tune` for people: present and tried settings side by side, then when the tried ones would have opened. */
export function describeTuning(tuning: Tuning, style: Style, limit?: number): string {
  const { name, calls, failures, from, to, instances, present, tried } = tuning;
  const rows = [
    row('opened', present, tried, ({ openings }) => counted(openings.length, 'time')),
    row('open for', present, tried, ({ openMs }) => formatDuration(openMs)),
    row('calls saved', present, tried, ({ saved }) => `${saved}`),
    row('calls wrongly refused', present, tried, ({ wronglyRefused }) => `${wronglyRefused}`),
    row('failures that passed', present, tried, ({ failuresPassed }) => `${failuresPassed}`),
  ];
  const told = tried.openings.slice(0, mostOpenings);
  const more = tried.openings.length - told.length;
  return [
    `${style.bold(name)}: ${counted(calls, 'call')} from ${dateAndTime(from)} to ${dateAndTime(to)}, ${failures} failed (${instances.join(', ')})\n`,
    tuning.refused > 0 ? `Left out: ${counted(tuning.refused, 'request')} that the gateway refused then.\n` : '',
    tuning.share < 1
      ? `An estimate: the log has ${counted(tuning.logged, 'call')}, a sample down to ${tuning.share} of the ordinary ones, which stand for the others.\n`
      : '',
    tuning.unreadable > 0 ? `Left out: ${counted(tuning.unreadable, 'line')} that made no sense.\n` : '',
    '\n',
    table(['', 'NOW', 'TRIED'], rows, style, limit),
    told.length === 0 ? '' : '\n',
    ...told.map(
      ({ at, until, instance, reason }) =>
        `opened ${dateAndTime(at)} in ${instance} for ${formatDuration(Date.parse(until) - Date.parse(at))}: ${reason}\n`,
    ),
    more > 0 ? `and ${counted(more, 'more time')}; --json has them all\n` : '',
  ].join('');
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function row(what: string, present: Replay, tried: Replay, of: (replay: Replay) => string): string[] {
  return [what, of(present), of(tried)];
}
