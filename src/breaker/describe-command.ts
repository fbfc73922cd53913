import type { BreakerOverride } from '@mscli/runtime/discovery';
import { formatDuration } from '../text/duration.js';
import type { BreakerCommand, CommandedBreaker } from './command-breaker.js';
import { describeOverride } from './describe-breakers.js';

/** What to tell an operator about a command: whether it holds, who obeys it, and who does not yet. */
export function describeCommand(kind: BreakerCommand['kind'], commanded: CommandedBreaker, now: number): string {
  return [headline(kind, commanded, now), ...obedience(kind, commanded)].map((line) => `${line}\n`).join('');
}

function headline(kind: BreakerCommand['kind'], commandedBreaker: CommandedBreaker, now: number): string {
  const { name, override, inForce, ended = [] } = commandedBreaker;
  if (kind !== 'reset') {
    if (override === undefined) return name;
    const isReplaced = inForce !== undefined && inForce.id !== override.id;
    const replaced = isReplaced ? `, but was ${describeOverride(inForce, now)} at the same time: that holds` : '';
    return `${name} is ${commanded(override)}${replaced}`;
  }
  if (ended.length > 1) return `${ended.sort().join(', ')} are reset`;
  if (override === undefined && ended[0] !== undefined) return `${ended[0]} is reset`;
  if (inForce !== undefined) return `${name} has no override of its own, but is ${describeOverride(inForce, now)}`;
  return override === undefined ? `${name} had no override; it is closed where it was open` : `${name} is reset`;
}

/** `tripped for 30 s: testing`. */
function commanded({ mode, at, until, reason }: BreakerOverride): string {
  const end = until === undefined ? 'until it is reset' : `for ${formatDuration(Date.parse(until) - Date.parse(at))}`;
  return `${mode === 'open' ? 'tripped' : 'disabled'} ${end}${reason === undefined ? '' : `: ${reason}`}`;
}

function obedience(kind: BreakerCommand['kind'], { name, instances }: CommandedBreaker): string[] {
  const caller = name.split('->')[0];
  if (instances.length === 0) {
    if (name.includes('*')) {
      const nobody = 'No instance that runs has used such a breaker';
      return [kind === 'reset' ? `${nobody}.` : `${nobody}; those that do while this holds will obey.`];
    }
    const nobody = `No instance of ${caller} runs`;
    return [kind === 'reset' ? `${nobody}.` : `${nobody}; those that start while this holds will obey.`];
  }
  const done = instances.filter(({ obeyed }) => obeyed).map(({ id }) => id);
  const waiting = instances.filter(({ obeyed }) => !obeyed).map(({ id }) => id);
  return [
    ...(done.length > 0 ? [`obeyed by ${done.join(', ')}`] : []),
    ...(waiting.length > 0 ? [`no report yet from ${waiting.join(', ')}`] : []),
  ];
}
