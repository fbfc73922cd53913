import { hopByHopNames } from './hop-by-hop.js';
import { keepFields, listMembers, type RawHeaders } from './raw-headers.js';
import { PSEUDONYM } from './request-headers.js';

/** An upstream's answer up to its body. */
export interface AnswerHead {
  status: number;
  reason: string;
  headers: RawHeaders;
  httpVersion: string;
}

/** The header fields that go to the client. */
export function responseHeaders(
  answer: AnswerHead,
  options: { requestId: string; trailers: boolean; closes: boolean },
): string[] {
  const hopByHop = hopByHopNames(answer.headers);
  const drop = new Set(['x-request-id']);
  // RFC 9110 §8.6: a 204 has no Content-Length.
  if (answer.status === 204) drop.add('content-length');
  if (!options.trailers) drop.add('trailer');
  const framing = (name: string) => name === 'content-length';
  return [
    ...keepFields(answer.headers, (name) => !drop.has(name) && (framing(name) || !hopByHop.has(name))),
    ...['Via', `${answer.httpVersion} ${PSEUDONYM}`],
    ...['X-Request-Id', options.requestId],
    ...(options.closes ? ['Connection', 'close'] : []),
  ];
}

/** Why an answer cannot be passed on, or undefined when it can. The parser has refused the rest already. */
export function faultOfAnswer({ status, headers, httpVersion }: AnswerHead): string | undefined {
  if (status < 200 || status > 999) return `the status ${status} is not one of a final answer`;
  const codings = listMembers(headers, 'transfer-encoding');
  if (codings.some((coding) => coding !== 'chunked') || codings.length > 1) {
    return `the transfer coding ${codings.join(', ')} is not understood`;
  }
  if (codings.length > 0 && httpVersion === '1.0') return 'an HTTP/1.0 answer must not be chunked';
  return undefined;
}
