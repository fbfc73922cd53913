import { listMembers, type RawHeaders, valuesOf } from '../headers/raw-headers.js';
import { chunked, type Framing, noBody } from './framing.js';
import { type Refusal, refuse } from './refusal.js';

/**
 * What a message's own fields say about the end of its body (RFC 9112 §6.3), undefined when they say nothing. Whatever could be
 * read in two ways is refused.
 */
export function declaredFraming(fields: RawHeaders, httpVersion: '1.0' | '1.1'): Framing | Refusal | undefined {
  const codings = valuesOf(fields, 'transfer-encoding');
  const lengths = valuesOf(fields, 'content-length');
  if (codings.length > 0) {
    if (lengths.length > 0) return refuse(400, 'There is both a Content-Length and a Transfer-Encoding.');
    if (httpVersion === '1.0') return refuse(400, 'A message with a Transfer-Encoding must be HTTP/1.1.');
    return codedFraming(listMembers(fields, 'transfer-encoding'));
  }
  const [length] = lengths;
  if (length === undefined) return undefined;
  if (lengths.length > 1) return refuse(400, 'There is more than one Content-Length.');
  // So many digits are an exact number; a leading zero would be the mark of an octal one to some.
  if (!/^(?:0|[1-9]\d{0,14})$/.test(length)) return refuse(400, 'The Content-Length is not a plain decimal number.');
  return length === '0' ? noBody : { kind: 'length', length: Number(length) };
}

function codedFraming(codings: readonly string[]): Framing | Refusal {
  if (codings.length === 1 && codings[0] === 'chunked') return chunked;
  if (codings.length === 0) return refuse(400, 'The Transfer-Encoding is empty.');
  const place = codings.indexOf('chunked');
  return place !== -1 && place < codings.length - 1
    ? refuse(400, 'The transfer coding chunked is not the last one.')
    : refuse(501, 'The only transfer coding that is understood is chunked.');
}
