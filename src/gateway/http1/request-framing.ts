import type { RawHeaders } from '../headers/raw-headers.js';
import { declaredFraming } from './declared-framing.js';
import { type Framing, noBody } from './framing.js';
import type { Refusal } from './refusal.js';

/** The end of a request's body: without a word about it there is none. */
export function requestFraming(fields: RawHeaders, httpVersion: '1.0' | '1.1'): Framing | Refusal {
  return declaredFraming(fields, httpVersion) ?? noBody;
}
