import { stripVTControlCharacters } from 'node:util';
import type { Style } from './style.js';

/**
 * Rows in aligned columns, two spaces apart, under dim headings; no line ends in blanks. Cells may be painted. A column
 * without any content is left out.
 *
 * @param headings upper case by convention, such as `SERVICE`
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const columns = [...headings.keys()].filter((column) => rows.length === 0 || rows.some((row) => row[column]));
  const all = [headings, ...rows].map((row) => columns.map((column) => row[column] ?? ''));
  const widths = columns.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const [head = '', ...body] = all.map((row) => line(row, widths));
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

function line(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((columns, index) => padEnd(row[index] ?? '', columns));
  return cells.join('  ').trimEnd();
}
