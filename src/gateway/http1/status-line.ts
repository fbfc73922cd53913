import { SPACE, valueCodes, ZERO } from './characters.js';
import { endsLine } from './line-end.js';
import { type Refusal, refuse } from './refusal.js';
import { readVersion } from './version.js';

export interface StatusLine {
  kind: 'line';
  /** 100 to 599. */
  status: number;
  reason: string;
  httpVersion: '1.0' | '1.1';
  /** Behind the line. */
  next: number;
}

/** Reads a status line (RFC 9112 §4); undefined when it has not arrived as a whole. */
export function readStatusLine(text: string, end: number): StatusLine | Refusal | undefined {
  const httpVersion = readVersion(text, 0, end);
  if (typeof httpVersion !== 'string') return httpVersion;
  const status = end < REASON_AT ? undefined : statusOf(text);
  if (status === undefined)
    return end < REASON_AT && mayBecomeStatus.test(text.slice(8, end)) ? undefined : notAStatusLine;
  let at = REASON_AT;
  while (valueCodes[text.charCodeAt(at)] === 1) at++;
  const ends = endsLine(text, at, end);
  if (ends !== true) return ends === false ? notAStatusLine : ends;
  return { kind: 'line', status, reason: text.slice(REASON_AT, at), httpVersion, next: at + 2 };
}

/** Three digits between blanks. */
function statusOf(text: string): number | undefined {
  if (text.charCodeAt(8) !== SPACE || text.charCodeAt(12) !== SPACE) return undefined;
  const hundreds = text.charCodeAt(9) - ZERO;
  const tens = text.charCodeAt(10) - ZERO;
  const ones = text.charCodeAt(11) - ZERO;
  const isStatus = hundreds >= 1 && hundreds <= 5 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  return isStatus ? hundreds * 100 + tens * 10 + ones : undefined;
}

const REASON_AT = 'HTTP/1.1 200 '.length;
const mayBecomeStatus = /^(?: (?:[1-5](?:\d(?:\d(?: )?)?)?)?)?$/;

const notAStatusLine: Refusal = refuse(400, 'What arrived does not begin with a valid HTTP/1.1 status line.');
