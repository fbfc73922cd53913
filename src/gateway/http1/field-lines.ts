import { COLON, CR, isBlank, LF, SPACE, TAB, tokenCodes, valueCodes } from './characters.js';
import { bareFeed, bareReturn } from './line-end.js';
import { type Refusal, refuse } from './refusal.js';

/** How far field lines could be read. */
export type FieldLines =
  /** All of them; `next` is behind the empty line. Plain ones are as `fieldLines` writes them. */
  | { kind: 'end'; next: number; isPlain: boolean }
  /** The line at `next` has not arrived as a whole. */
  | { kind: 'more'; next: number };

/**
 * Reads field lines (RFC 9112 §5) from `at` and adds those that are complete to `fields`: name, value, name, value. `end` is where
 * the text that has arrived ends; there stands a NUL, unless the empty line is before it.
 */
export function readFieldLines(
  text: string,
  at: number,
  end: number,
  fields: string[],
  most: number,
): FieldLines | Refusal {
  let isPlain = true;
  for (;;) {
    const start = at;
    let code = text.charCodeAt(at);
    if (code === CR) {
      if (at + 1 === end) return { kind: 'more', next: start };
      return text.charCodeAt(at + 1) === LF ? { kind: 'end', next: at + 2, isPlain } : bareReturn;
    }
    while (tokenCodes[code] === 1) code = text.charCodeAt(++at);
    if (code !== COLON || at === start)
      return at === end ? { kind: 'more', next: start } : faultOfName(code, at === start);
    const nameEnd = at;
    do code = text.charCodeAt(++at);
    while (code === SPACE || code === TAB);
    const valueStart = at;
    while (valueCodes[code] === 1) code = text.charCodeAt(++at);
    if (at === end || (code === CR && at + 1 === end)) return { kind: 'more', next: start };
    if (code !== CR) return faultOfValue(code);
    if (text.charCodeAt(at + 1) !== LF) return bareReturn;
    let valueEnd = at;
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--;
    const name = text.slice(start, nameEnd);
    if (valueEnd < at && isEndDisputed(name, text.slice(valueEnd, at))) return tabBehindFraming;
    if (valueEnd < at || valueStart !== nameEnd + 2 || text.charCodeAt(nameEnd + 1) !== SPACE) isPlain = false;
    if (fields.length >= 2 * most) return refuse(431, `There are more than ${most} header fields.`);
    fields.push(name, text.slice(valueStart, valueEnd));
    at += 2;
  }
}

/** A tab behind `chunked` is blank by RFC 9110 §5.5, but there are parsers, Node's among them, to which it makes another coding. */
function isEndDisputed(name: string, blanks: string): boolean {
  return blanks.includes('\t') && /^(?:transfer-encoding|content-length)$/i.test(name);
}

const tabBehindFraming: Refusal = refuse(400, 'A tab stands behind what says where the message ends.');

function faultOfName(code: number, isFirst: boolean): Refusal {
  if (code === LF) return bareFeed;
  if (code === SPACE || code === TAB) {
    return isFirst
      ? refuse(400, 'A header field is folded over two lines.')
      : refuse(400, 'A blank stands before the colon of a header field.');
  }
  if (isFirst && code === COLON) return refuse(400, 'A header field has no name.');
  return refuse(400, 'The name of a header field holds a character that it must not hold.');
}

function faultOfValue(code: number): Refusal {
  return code === LF ? bareFeed : refuse(400, 'The value of a header field holds a control character.');
}
