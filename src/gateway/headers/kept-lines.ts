import { fieldLines } from '../http1/field-text.js';
import type { RawHeaders } from './raw-headers.js';

/**
 * The lines of the fields that are not dropped. Lines that stay together are cut out as one piece, and mostly all but one or two do:
 * putting them together anew from names and values would cost more than it did to read them. `lines` are those of all the fields, where
 * they are at hand.
 */
export function keptLines(fields: RawHeaders, lines: string | undefined, isDropped: (name: string) => boolean): string {
  const text = lines ?? fieldLines(fields);
  let kept = '';
  let from = 0;
  let end = 0;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] as string;
    const start = end;
    end += name.length + SEPARATORS + (fields[i + 1] as string).length;
    if (!isDropped(name)) continue;
    kept += text.slice(from, start);
    from = end;
  }
  return from === 0 ? text : kept + text.slice(from);
}

/** A colon and a blank between name and value, and the end of the line. */
const SEPARATORS = ': '.length + '\r\n'.length;
