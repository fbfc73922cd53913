import type { RawHeaders } from '../headers/raw-headers.js';

/** Field lines from pairs: name, value, name, value. */
export function fieldLines(fields: RawHeaders): string {
  let text = '';
  for (let i = 0; i + 1 < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}
