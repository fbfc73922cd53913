import type { RawHeaders } from '../headers/raw-headers.js';
import { fieldLines } from './message-writer.js';

/** The head of a request to an upstream. */
export function requestText(method: string, target: string, headers: RawHeaders): string {
  return `${method} ${target} HTTP/1.1\r\n${fieldLines(headers)}\r\n`;
}
