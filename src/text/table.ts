import { stripVTControlCharacters } from 'node:util';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/**
 * Rows in aligned columns, two spaces apart, under dim headings; no line ends in blanks. Cells may be painted. A column
 * without any content is left out. Where a row is longer than the terminal, its last cell goes on below.
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
  const widths = columns.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
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

function lines(row: readonly string[], widths: readonly number[], limit: number): string {
  const whole = line(row, widths);
  if (width(whole) <= limit) return whole;
  const last = stripVTControlCharacters(row.at(-1) ?? '');
  const fixed = widths.slice(0, -1);
  const before = fixed.reduce((sum, columns) => sum + columns + 2, 0);
  if (row.length === 1) return whole;
  if (limit - before < narrowest) {
    return [line(row, fixed), ...wrap(last, limit - 4).map((text) => `    ${text}`)].join('\n');
  }
  const [first = '', ...rest] = wrap(last, limit - before);
  return [line([...row.slice(0, -1), first], widths), ...rest.map((text) => ' '.repeat(before) + text)].join('\n');
}

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((columns, index) => padEnd(row[index] ?? '', columns));
  return cells.join('  ').trimEnd();
}
