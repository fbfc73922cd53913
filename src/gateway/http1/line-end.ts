import { CR, LF } from './characters.js';
import { type Refusal, refuse } from './refusal.js';

/** RFC 9112 §2.2: a bare CR must not be taken for the end of a line, and here a bare LF is not either. */
export const bareReturn: Refusal = refuse(400, 'A carriage return stands without a line feed.');
export const bareFeed: Refusal = refuse(400, 'A line feed stands without a carriage return.');

/** Whether a line ends at `at`; undefined when that has not arrived, a refusal of a CR or LF that stands alone. */
export function endsLine(text: string, at: number, end: number): boolean | Refusal | undefined {
  if (at >= end) return undefined;
  const code = text.charCodeAt(at);
  if (code === LF) return bareFeed;
  if (code !== CR) return false;
  if (at + 1 === end) return undefined;
  return text.charCodeAt(at + 1) === LF ? true : bareReturn;
}
