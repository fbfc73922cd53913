import { atTheEnd, type Exchange } from '../exchange.js';
import { firstValue, listMembers, type RawHeaders, valuesOf } from '../headers/raw-headers.js';
import { chunked } from '../http1/framing.js';
import type { AnswerPass, PassedAnswer } from '../serving/answer-sink.js';
import type { AnswerToClient } from '../serving/client.js';
import { chooseCoding } from './compression/accept-encoding.js';
import type { Coders } from './compression/coders.js';
import { CompressedBody } from './compression/compressed-body.js';
import { compressedFields, variedFields, withWeakTag } from './compression/compressed-fields.js';
import { defaultMediaTypes, mediaTypeFilter } from './compression/media-types.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { bytes } from './settings/values.js';

/** Compresses the answers that are worth it, for clients that take it. */
export function compressAnswers(settings: NonNullable<RoutePolicies['compression']>, coders: Coders): AnswerPass {
  const least = bytes(settings.min);
  const isListed = mediaTypeFilter(settings.types ?? defaultMediaTypes);
  const isWorthIt = (exchange: Exchange, answer: AnswerToClient) =>
    mayBeCoded(exchange, answer) &&
    lengthOf(answer.headers) >= least &&
    isListed(firstValue(answer.headers, 'content-type'));
  return (answer, exchange) => {
    const coding = chooseCoding(valuesOf(exchange.headers, 'accept-encoding'), settings.encodings);
    if (answer.status === 304) return coding === undefined ? { answer } : notModified(answer);
    if (!isWorthIt(exchange, answer)) return { answer };
    if (coding === undefined) return uncompressed(answer);
    const compressed = { ...answer, headers: compressedFields(answer.headers, coding), framing: chunked };
    if (exchange.method === 'HEAD') return { answer: { ...compressed, framing: answer.framing } };
    const { framing } = answer;
    const coder = coders.take(coding, framing.kind === 'length' ? framing.length : undefined);
    if (coder === undefined) return uncompressed(answer);
    atTheEnd(exchange, () => coders.close(coder));
    return { answer: compressed, through: (next, events) => new CompressedBody(coder, next, events) };
  };
}

/** What has a body that may be changed: not a part of one, not one that is coded already, and not where nobody may transform it (RFC 9111 §5.2.2.6). */
function mayBeCoded({ method }: Exchange, { status, headers, framing }: AnswerToClient): boolean {
  if (status === 204 || status === 205 || status === 206) return false;
  if (framing.kind === 'none' && method !== 'HEAD') return false;
  if (firstValue(headers, 'content-encoding') !== undefined || firstValue(headers, 'content-range') !== undefined) {
    return false;
  }
  return !listMembers(headers, 'cache-control').includes('no-transform');
}

/** Of a body without a length nobody knows; most are longer than a packet. */
function lengthOf(headers: RawHeaders): number {
  const length = firstValue(headers, 'content-length');
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
}

function uncompressed(answer: AnswerToClient): PassedAnswer {
  return { answer: { ...answer, headers: variedFields(answer.headers) } };
}

/** Says the same of the body as the answer that the client has (RFC 9111 §4.3.4). */
function notModified(answer: AnswerToClient): PassedAnswer {
  return { answer: { ...answer, headers: variedFields(withWeakTag(answer.headers)) } };
}
