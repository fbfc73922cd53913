import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from 'yaml';
import { deeperAbove, type Line, linesOf } from './yaml-lines.js';

/** What was written wrong, and where. */
export interface Mistake {
  offset: number;
  message: string;
}

/**
 * The mistake behind the first syntax error of a YAML text. A parser notices most mistakes only on the next line or at the
 * end of the file, and tells them in terms of its grammar; the errors after the first are mostly its consequences.
 */
export function mistakeOf(error: YAMLError, document: Document, text: string): Mistake {
  const [offset] = error.pos;
  const lines = linesOf(text);
  const index = lines.findLastIndex((line) => line.offset <= offset);
  const line = lines[index] ?? { number: 1, offset: 0, text: '', indent: 0, keyAt: 0 };
  const quote = openQuote(document, error, text);
  if (quote !== undefined) return { offset: quote, message: `the quote ${text.charAt(quote)} is not closed` };
  if (/^\s*-[^\s-]/.test(line.text)) return misspelt(line, line.indent, 'space after the dash', /^-/, '- ');
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { offset: line.offset, message: 'this line is indented with a tab: use spaces' };
    case 'MULTILINE_IMPLICIT_KEY':
      return openInLine(line) ?? withoutColon(line);
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const rest = text.slice(offset, line.offset + line.text.length);
      if (/:(?:\s|$)/.test(rest)) return { offset, message: `"${rest}" has a colon in it: put it in quotes` };
      return line.text.slice(0, offset - line.offset).trim() === ''
        ? unevenIndent(lines, deeperAbove(lines, index), index)
        : unevenIndent(lines, index, index + 1);
    }
    case 'BAD_INDENT': {
      const open = openBracket(document, error, text);
      if (open === undefined) return unevenIndent(lines, deeperAbove(lines, index), index);
      return { offset: open, message: `the bracket ${text.charAt(open)} is not closed` };
    }
    case 'MISSING_CHAR':
      return unevenIndent(lines, deeperAbove(lines, index), index);
    case 'BAD_SCALAR_START':
      return { offset, message: `"${text.slice(offset, line.offset + line.text.length)}" must be put in quotes` };
    case 'UNEXPECTED_TOKEN':
      return { offset, message: `"${text.charAt(offset)}" cannot stand here` };
    case 'MULTIPLE_DOCS':
      return { offset, message: 'a second document begins here; there may be one alone' };
    default:
      return { offset, message: error.message.charAt(0).toLowerCase() + error.message.slice(1) };
  }
}

/** The last bracket of a line that nothing in it closes; those in quotes don't count. */
function openInLine({ text, offset }: Line): Mistake | undefined {
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(/"[^"]*"|'[^']*'|\s#.*|[{}[\]]/g)) {
    if (found === '{' || found === '[') open.push(index);
    else if (found === '}' || found === ']') open.pop();
  }
  const at = open.at(-1);
  return at === undefined
    ? undefined
    : { offset: offset + at, message: `the bracket ${text.charAt(at)} is not closed` };
}

/** `port 8080`, `port:8080`, or `gateway` above what it should hold. */
function withoutColon(line: Line): Mistake {
  const hasColon = /^[\w.-]+:\S/.test(line.text.trim().replace(/^- +/, ''));
  return hasColon
    ? misspelt(line, line.keyAt, 'space after the colon', /:/, ': ')
    : misspelt(line, line.keyAt, 'colon', /^([\w.-]+)\s*/, '$1: ');
}

function misspelt({ text, offset }: Line, at: number, lacks: string, pattern: RegExp, replacement: string): Mistake {
  const written = text.slice(at).trimEnd();
  const meant = written.replace(pattern, replacement).trimEnd();
  return { offset: offset + at, message: `"${written}" has no ${lacks}: did you mean "${meant}"?` };
}

/** Of two lines that contradict each other, the one whose indentation is rarer in the file is taken for the wrong one. */
function unevenIndent(lines: readonly Line[], upper: number, lower: number): Mistake {
  const [above, below] = [lines[upper], lines[lower]];
  if (above === undefined || below === undefined) {
    return { offset: (below ?? above)?.offset ?? 0, message: 'the indentation does not fit the lines around it' };
  }
  const isBetween = lines[upper - 1]?.indent === below.indent && below.indent !== above.indent;
  const rank = ({ indent }: Line) =>
    lines.filter((line) => line.indent === indent).length + (indent % 2 === 0 ? 0.5 : 0);
  const [wrong, other] = isBetween || rank(above) < rank(below) ? [above, below] : [below, above];
  const areItems = [above, below].every(({ indent, keyAt }) => indent !== keyAt);
  const [is, beside] = [wrong, other].map(({ indent, keyAt }) => (areItems ? indent : keyAt));
  const message = `this line is indented by ${is} spaces, but line ${other.number} by ${beside}`;
  return { offset: wrong.offset + wrong.indent, message };
}

/** Where a quoted text begins that was never closed, or only by the next quote somewhere below. */
function openQuote(document: Document, error: YAMLError, text: string): number | undefined {
  return startOf(document, error, (node, [start, end]) => {
    const written = text.slice(start, end);
    return isScalar(node) && /^QUOTE/.test(node.type ?? '') && !/^(["'])[^\n]*\1$/.test(written);
  });
}

function openBracket(document: Document, error: YAMLError, text: string): number | undefined {
  return startOf(document, error, (node, [start, end]) => {
    return isCollection(node) && node.flow === true && !/[\]}]\s*$/.test(text.slice(start, end));
  });
}

/** Of such nodes, the one that begins last before the error. */
function startOf(
  document: Document,
  { pos: [before] }: YAMLError,
  is: (node: Node, range: readonly [number, number, number]) => boolean,
): number | undefined {
  const starts: number[] = [];
  visit(document, {
    Node(_, node) {
      if (node.range && node.range[0] < before && is(node, node.range)) starts.push(node.range[0]);
    },
  });
  return starts.sort((one, other) => one - other).at(-1);
}
