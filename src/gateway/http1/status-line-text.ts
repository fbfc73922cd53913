import { ownText } from './own-text.js';

/** The first line of an answer. The one of each status that was written last is kept: mostly it is the same again. */
export function statusLine(status: number, reason: string): string {
  if (reason.length > LONGEST_REASON) return `HTTP/1.1 ${status} ${reason}\r\n`;
  const known = latest.get(status);
  if (known?.reason === reason) return known.line;
  const line = ownText(`HTTP/1.1 ${status} ${reason}\r\n`);
  latest.set(status, { reason: line.slice(REASON_AT, REASON_AT + reason.length), line });
  return line;
}

/** What is kept is bounded: there are 500 statuses. */
const LONGEST_REASON = 64;
const REASON_AT = 'HTTP/1.1 200 '.length;
const latest = new Map<number, { reason: string; line: string }>();
