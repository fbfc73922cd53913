import type { HistoryEntry } from '@mscli/runtime/breaker';
import { formatDuration } from '../text/duration.js';
import { dateAndTime } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import { paintState } from './describe-breakers.js';
import type { History } from './read-history.js';

/** `breaker history` for people: a line for each entry, the latest last. */
export function describeHistory({ entries, older }: History, style: Style, limit?: number): string {
  if (entries.length === 0) return 'Nothing has happened to a breaker yet.\n';
  const rows = entries.map((entry) => [style.dim(dateAndTime(entry.at)), entry.breaker, ...cells(entry, style)]);
  const note = older === 0 ? '' : `${style.dim(`${older} older entries: --limit shows more`)}\n`;
  return note + table(['TIME', 'BREAKER', 'WHO', 'WHAT', 'WHY'], rows, style, limit);
}

function cells(entry: HistoryEntry, style: Style): string[] {
  switch (entry.kind) {
    case 'transition':
      return [entry.instance, `${entry.from} -> ${paintState(entry.to, style)}`, entry.reason ?? ''];
    case 'command': {
      const end =
        entry.until === undefined ? '' : ` for ${formatDuration(Date.parse(entry.until) - Date.parse(entry.at))}`;
      return [entry.author, style.bold(entry.command) + end, entry.reason ?? ''];
    }
    default:
      return entry satisfies never;
  }
}
