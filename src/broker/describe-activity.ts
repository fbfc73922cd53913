import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import type { BrokerActivity } from './broker-activity.js';

/** Queues in the table; those with most messages are shown. */
const MOST_QUEUES = 10;

/** What a broker does: a line, and a table of the queues that hold messages. */
export function describeActivity(activity: BrokerActivity, style: Style, limit?: number): string {
  const { connections, queues, messages, rates } = activity;
  const line = [
    counted(connections, 'connection'),
    counted(queues.length, 'queue'),
    `${counted(messages.waiting, 'message')} waiting`,
    `${messages.unacknowledged} unacknowledged`,
    `${perSecond(rates.published)} in and ${perSecond(rates.delivered)} out a second`,
  ].join(', ');
  const holding = queues
    .filter(({ waiting, unacknowledged }) => waiting + unacknowledged > 0)
    .sort((a, b) => b.waiting + b.unacknowledged - a.waiting - a.unacknowledged);
  if (holding.length === 0) return `         ${line}\n`;
  const rows = holding
    .slice(0, MOST_QUEUES)
    .map(({ name, waiting, unacknowledged, consumers, rates: { published, delivered } }) => [
      name,
      ...[waiting, unacknowledged, consumers].map(String),
      perSecond(published),
      perSecond(delivered),
    ]);
  const more = holding.length - rows.length;
  return [
    `         ${line}\n\n`,
    table(['QUEUE', 'WAITING', 'UNACKNOWLEDGED', 'CONSUMERS', 'IN/S', 'OUT/S'], rows, style, limit),
    more > 0 ? style.dim(`and ${counted(more, 'queue')} with fewer messages\n`) : '',
  ].join('');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function perSecond(rate: number): string {
  return rate < 10 ? String(Math.round(rate * 10) / 10) : String(Math.round(rate));
}
