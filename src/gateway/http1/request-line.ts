import { CR, LF, SLASH, SPACE, targetCodes, tokenCodes } from './characters.js';
import { bareFeed, endsLine } from './line-end.js';
import { methods } from './methods.js';
import { type Refusal, refuse } from './refusal.js';
import { readVersion } from './version.js';

export interface RequestLine {
  kind: 'line';
  method: string;
  /** As it came, visible ASCII. */
  target: string;
  httpVersion: '1.0' | '1.1';
  /** Behind the line. */
  next: number;
}

/**
 * Reads a request line (RFC 9112 §3); undefined when it has not arrived as a whole. One empty line before it is skipped
 * (§2.2), since old clients send one behind a body.
 */
export function readRequestLine(text: string, end: number): RequestLine | Refusal | undefined {
  let at = 0;
  if (text.charCodeAt(0) === CR) {
    const ends = endsLine(text, 0, end);
    if (ends !== true) return ends || undefined;
    at = 2;
  }
  const start = at;
  let code = text.charCodeAt(at);
  while (tokenCodes[code] === 1) code = text.charCodeAt(++at);
  if (at === end) return undefined;
  if (code !== SPACE || at === start) return faultOfLine(code);
  const method = text.slice(start, at);
  const targetStart = at + 1;
  do code = text.charCodeAt(++at);
  while (targetCodes[code] === 1);
  if (at === end) return undefined;
  if (code !== SPACE || at === targetStart) return faultOfLine(code);
  const target = text.slice(targetStart, at);
  const httpVersion = readVersion(text, at + 1, end);
  if (typeof httpVersion !== 'string') return httpVersion;
  at += 9;
  const ends = endsLine(text, at, end);
  if (ends !== true) return ends === false ? faultOfLine(0) : ends;
  if (!hasForm(method, target)) return refuse(400, 'The request target has none of the forms that the method takes.');
  if (!methods.has(method)) return refuse(501, 'The method of the request is not known here.');
  return { kind: 'line', method, target, httpVersion, next: at + 2 };
}

/** Origin, absolute and asterisk form, and for CONNECT the authority form alone (RFC 9112 §3.2). */
function hasForm(method: string, target: string): boolean {
  if (method === 'CONNECT') return authority.test(target);
  return target.charCodeAt(0) === SLASH || target === '*' || absolute.test(target);
}

const authority = /^[a-z0-9._~!$&'()*+;=%:[\]-]+$/i;
const absolute = /^https?:\/\/[a-z0-9._~!$&'()*+;=%:[\]-]+(?:[/?]|$)/i;

function faultOfLine(code: number): Refusal {
  if (code === LF) return bareFeed;
  return refuse(400, 'What arrived does not begin with a valid HTTP/1.1 request line.');
}
