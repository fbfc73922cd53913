import { type Refusal, refuse } from './refusal.js';

const LENGTH = 8;

/** The version at `at`, of which 1.0 and 1.1 are spoken here; undefined when it has not arrived as a whole. */
export function readVersion(text: string, at: number, end: number): '1.0' | '1.1' | Refusal | undefined {
  if (text.startsWith('HTTP/1.1', at)) return '1.1';
  if (text.startsWith('HTTP/1.0', at)) return '1.0';
  const begun = text.slice(at, Math.min(end, at + LENGTH));
  const isBegun = begun.length < LENGTH && ('HTTP/1.1'.startsWith(begun) || 'HTTP/1.0'.startsWith(begun));
  return isBegun ? undefined : refuse(400, 'The message is not one of HTTP/1.1 or HTTP/1.0.');
}
