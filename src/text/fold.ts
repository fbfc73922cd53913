import { stripVTControlCharacters } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';
import { width } from './table.js';

/**
 * Breaks lines that are longer than the terminal, painted or not, and lets what follows stand below the column in which it begins,
 * where a terminal would go on at its edge.
 *
 * @param columns of the terminal; infinite for what is none, which leaves the text alone
 */
export function fold(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return text
    .split('\n')
    .map((line) => (width(line) > columns ? foldLine(line, columns) : line))
    .join('\n');
}

function foldLine(line: string, columns: number): string {
  const hang = columnBefore(stripVTControlCharacters(line), columns / 2);
  const [head, rest] = splitAt(line, hang);
  return head + wrapAnsi(rest, columns - hang, { hard: true }).replaceAll('\n', `\n${' '.repeat(hang)}`);
}

/** Where columns end: at two spaces, at the bar behind a process's name, and at the level of a line of its log. */
const columnEnds = /^ +| {2,}|│ |\b(?:TRACE|DEBUG|ERROR|FATAL) /g;

/** The last column that leaves half of the terminal. */
function columnBefore(line: string, most: number): number {
  const ends = [...line.matchAll(columnEnds)].map((match) => match.index + match[0].length);
  return Math.max(0, ...ends.filter((end) => end <= most));
}

/** Splits painted text behind so many visible characters. */
function splitAt(text: string, count: number): [string, string] {
  const match = new RegExp(`^(?:(?:\\u001b\\[[\\d;]*m)*[^\\u001b]){${count}}`, 's').exec(text);
  const head = match?.[0] ?? '';
  return [head, text.slice(head.length)];
}
