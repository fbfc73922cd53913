import { countOf, firstValue, type RawHeaders, valuesOf } from '../headers/raw-headers.js';
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
  // So many digits are an exact number; a leading zero would be the mark of an octal one to some.
  if (!/^(?:0|[1-9]\d{0,14})$/.test(length)) return refuse(400, 'The Content-Length is not a plain decimal number.');
  return length === '0' ? noBody : { kind: 'length', length: Number(length) };
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
