import type { Exchange } from '../exchange.js';
import { responseHeaders } from '../headers/response-headers.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { Framing } from '../http1/framing.js';
import type { AnswerToClient, Client } from './client.js';
import type { ServingContext } from './context.js';

/** The head of a service's answer as its client gets it. */
export function answerForClient(
  head: AnswerHead,
  framing: Framing,
  exchange: Exchange,
  { takesTrailers }: Client,
  context: ServingContext,
): AnswerToClient {
  return {
    status: head.status,
    reason: head.reason,
    headers: responseHeaders(head, {
      requestId: exchange.id,
      date: context.date(),
      takesTrailers: framing.kind === 'chunked' && takesTrailers,
      edits: exchange.answerEdits,
    }),
    framing,
    closes: context.isStopping() || exchange.upgrade,
  };
}
