import type { StoredAnswer } from '../../answers/stored-answer.js';
import type { Exchange } from '../../exchange.js';
import { withHeaders } from '../../http1/answer-reader.js';
import { isKnownTo, notModified } from './not-modified.js';
import type { StoredResponse } from './stored-response.js';

/** What a request is answered with from the store: the stored answer, its head alone, or that the client has it already. */
export function answerFromStore(
  { head, body }: StoredResponse,
  { method, headers }: Pick<Exchange, 'method' | 'headers'>,
  ageMs: number,
): StoredAnswer {
  const aged = withHeaders(head, [...head.headers, 'Age', String(Math.floor(ageMs / 1000))]);
  if (isKnownTo(headers, head)) return { kind: 'stored', head: notModified(aged), body: nothing };
  return { kind: 'stored', head: aged, body: method === 'HEAD' ? nothing : body };
}

const nothing = Buffer.alloc(0);
