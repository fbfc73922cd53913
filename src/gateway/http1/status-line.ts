import { valueCodes } from './characters.js';
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
  const code = text.slice(8, Math.min(13, end));
  if (!/^(?: (?:[1-5](?:\d(?:\d(?: )?)?)?)?)?$/.test(code)) return notAStatusLine;
  if (code.length < 5) return undefined;
  let at = 13;
  while (valueCodes[text.charCodeAt(at)] === 1) at++;
  const ends = endsLine(text, at, end);
  if (ends !== true) return ends === false ? notAStatusLine : ends;
  return { kind: 'line', status: Number(code.slice(1, 4)), reason: text.slice(13, at), httpVersion, next: at + 2 };
}

const notAStatusLine: Refusal = refuse(400, 'What arrived does not begin with a valid HTTP/1.1 status line.');
