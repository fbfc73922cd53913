import type { SagaTrace } from '@mscli/runtime/saga';
import { formatDuration } from '../text/duration.js';
import { dateAndTime, timeOfDay } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { cut } from '../text/table.js';
import { wrap } from '../text/wrap.js';
import { describeNextAction } from './describe-next-action.js';
import { paintSagaState } from './describe-saga-list.js';
import { describeSteps } from './describe-steps.js';

/** What a drawing may know of its surroundings. */
export interface Canvas {
  style: Style;
  columns: number;
  now: number;
}

/** A saga drawn for people: what it is, its steps in order with every attempt, and what happens next. */
export function describeSaga(saga: SagaTrace, canvas: Canvas): string {
  const parts = [head(saga, canvas), describeSteps(saga, canvas), foot(saga, canvas)];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function head(saga: SagaTrace, { style, columns, now }: Canvas): string[] {
  const took = formatDuration(saga.durationMs);
  const how = saga.endedAt === undefined ? `for ${took}` : `in ${took}`;
  const facts: [string, string][] = [
    ['started', `${dateAndTime(saga.startedAt)} by ${saga.service}`],
    ...(saga.traceparent === undefined ? [] : [['trace', traceId(saga.traceparent)] as [string, string]]),
    ['input', cut(shortIds(JSON.stringify(saga.input) ?? 'none'), columns - 10)],
    ...holder(saga, now),
  ];
  return [
    `${style.bold(saga.name)}  ${saga.id}`,
    `${paintSagaState(saga.state, style)} ${how}`,
    ...(saga.error === undefined ? [] : errorLines(`because ${saga.error.message}`, columns, style)),
    ...facts.map(([name, value]) => `${style.dim(name.padEnd(8))}  ${value}`),
  ];
}

/** UUIDs are cut to their first group, so that what the input says has room. `--json` has it whole. */
function shortIds(json: string): string {
  return json.replace(/\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '$1…');
}

function traceId(traceparent: string): string {
  return traceparent.split('-')[1] ?? traceparent;
}

function holder({ lease, epoch, endedAt }: SagaTrace, now: number): [string, string][] {
  const takeOvers = epoch > 1 ? `, taken over ${epoch === 2 ? 'once' : `${epoch - 1} times`}` : '';
  if (endedAt !== undefined || lease === undefined) return takeOvers === '' ? [] : [['holder', takeOvers.slice(2)]];
  const silent = formatDuration(now - Date.parse(lease.until));
  const until = lease.expired ? `lease ran out ${silent} ago` : `lease until ${timeOfDay(lease.until)}`;
  return [['holder', `${lease.instance}, ${until}${takeOvers}`]];
}

function errorLines(text: string, columns: number, style: Style): string[] {
  return wrap(text, columns).map((line) => style.red(line));
}

function foot(saga: SagaTrace, { style, columns, now }: Canvas): string[] {
  const order = saga.compensationOrder.join(' → ');
  const undo = order === '' ? [] : wrap(`undone in this order: ${order}`, columns);
  const next = wrap(describeNextAction(saga, now), columns);
  return [...undo, ...next.map((line) => style.bold(line))];
}
