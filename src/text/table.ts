import { stripVTControlCharacters } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/**
 * Rows in aligned columns, two spaces apart, under dim headings; no line ends in blanks. Cells may be painted. A column
 * without any content is left out. Where a row is longer than the terminal, its last cell goes on below; where the others
 * are too long by themselves, or the last is short, the widest become narrower and go on below too.
 *
 * @param headings upper case by convention, such as `SERVICE`
 * @param limit columns of the terminal; default: no limit
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  limit: number = Number.POSITIVE_INFINITY,
): string {
  const columns = [...headings.keys()].filter((column) => rows.length === 0 || rows.some((row) => row[column]));
  const all = [headings, ...rows].map((row) => columns.map((column) => row[column] ?? ''));
  const needed = columns.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const last = needed.at(-1) ?? 0;
  const widths = last <= narrowest ? narrowed(needed, limit) : [...narrowed(needed.slice(0, -1), limit), last];
  const [head = '', ...body] = all.map((row) => lines(row, widths, limit));
  return [style.dim(head), ...body].map((text) => `${text}\n`).join('');
}

/** How many columns a text takes on a terminal, painted or not. */
export function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Plain text, cut to a width with an ellipsis. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** Below a narrower cell than this there is no reading. */
const narrowest = 20;

/** To this a column may shrink. */
const leastColumns = 6;

/** Takes what is too much from the widest column, and from the next only when half of it is gone: one broken cell reads better than three. */
function narrowed(widths: readonly number[], limit: number): number[] {
  const fitting = [...widths];
  for (const least of [(wide: number) => Math.ceil(wide / 2), () => leastColumns]) {
    for (const column of [...widths.keys()].sort((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0))) {
      const excess = fitting.reduce((sum, wide) => sum + wide + 2, -2) - limit;
      const [wide, whole] = [fitting[column] ?? 0, widths[column] ?? 0];
      if (excess > 0) fitting[column] = Math.min(wide, Math.max(least(whole), leastColumns, wide - excess));
    }
  }
  return fitting;
}

function lines(row: readonly string[], widths: readonly number[], limit: number): string {
  const fixed = widths.slice(0, -1);
  const before = fixed.reduce((sum, columns) => sum + columns + 2, 0);
  const whole = line(row, widths);
  const areWhole = fixed.every((columns, index) => width(row[index] ?? '') <= columns);
  if ((areWhole && width(whole) <= limit) || row.length === 1) return whole;
  if ((widths.at(-1) ?? 0) <= narrowest) return cellsBeside(row, widths).join('\n');
  const last = stripVTControlCharacters(row.at(-1) ?? '');
  if (limit - before < narrowest) {
    return [...cellsBeside(row, fixed), ...wrap(last, limit - 4).map((text) => `    ${text}`)].join('\n');
  }
  const [first = '', ...rest] = wrap(last, limit - before);
  return [line([...row.slice(0, -1), first], widths), ...rest.map((text) => ' '.repeat(before) + text)].join('\n');
}

/** The cells of a row in their columns, on as many lines as the longest needs. */
function cellsBeside(row: readonly string[], widths: readonly number[]): string[] {
  const cells = widths.map((columns, index) => wrapAnsi(row[index] ?? '', columns, { hard: true }).split('\n'));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) =>
    line(
      cells.map((cell) => cell[at] ?? ''),
      widths,
    ),
  );
}

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((columns, index) => padEnd(row[index] ?? '', columns));
  return cells.join('  ').trimEnd();
}
