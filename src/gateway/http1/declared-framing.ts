import { countOf, firstValue, type RawHeaders, valuesOf } from '../headers/raw-headers.js';
import { ZERO } from './characters.js';
import { chunked, type Framing, noBody } from './framing.js';
import { type Refusal, refuse } from './refusal.js';

/**
 * What a message's own fields say about the end of its body (RFC 9112 §6.3), undefined when they say nothing. Whatever could be
 * read in two ways is refused.
 */
export function declaredFraming(fields: RawHeaders, httpVersion: '1.0' | '1.1'): Framing | Refusal | undefined {
  const length = firstValue(fields, 'content-length');
  if (firstValue(fields, 'transfer-encoding') !== undefined) {
    if (length !== undefined) return refuse(400, 'There is both a Content-Length and a Transfer-Encoding.');
    if (httpVersion === '1.0') return refuse(400, 'A message with a Transfer-Encoding must be HTTP/1.1.');
    return codedFraming(valuesOf(fields, 'transfer-encoding'));
  }
  if (length === undefined) return undefined;
  if (countOf(fields, 'content-length') > 1) return refuse(400, 'There is more than one Content-Length.');
  const bytes = plainDecimal(length);
  if (bytes === undefined) return refuse(400, 'The Content-Length is not a plain decimal number.');
  return bytes === 0 ? noBody : { kind: 'length', length: bytes };
}

/** So many digits are an exact number; a leading zero would be the mark of an octal one to some. */
const MOST_DIGITS = 15;

function plainDecimal(text: string): number | undefined {
  if (text === '0') return 0;
  if (text === '' || text.length > MOST_DIGITS || text.charCodeAt(0) === ZERO) return undefined;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** Exactly `chunked`: an empty list member beside it is nothing to some and something to others. */
function codedFraming(values: readonly string[]): Framing | Refusal {
  if (values.length === 1 && values[0]?.toLowerCase() === 'chunked') return chunked;
  const codings = values.flatMap((value) => value.split(',')).map((coding) => coding.trim().toLowerCase());
  if (codings.includes('')) return refuse(400, 'The Transfer-Encoding has an empty member.');
  return codings.indexOf('chunked') === codings.length - 1 || !codings.includes('chunked')
    ? refuse(501, 'The only transfer coding that is understood is chunked.')
    : refuse(400, 'The transfer coding chunked is not the last one.');
}
