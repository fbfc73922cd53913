import { fieldLines } from '../http1/field-text.js';
import type { RawHeaders } from './raw-headers.js';

/** Header fields in two forms: pairs for whoever looks at them, lines for whoever sends them by HTTP/1.1. */
export interface Fields {
  readonly pairs: RawHeaders;
  /** Each ends with CRLF. */
  readonly lines: string;
}

export function fromPairs(pairs: RawHeaders): Fields {
  return {
    pairs,
    get lines() {
      return fieldLines(pairs);
    },
  };
}
