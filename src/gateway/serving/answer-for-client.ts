import type { Exchange } from '../exchange.js';
import { RelayedFields } from '../headers/relayed-fields.js';
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
  const own = { requestId: exchange.id, date: context.date(), edits: exchange.answerEdits };
  return {
    status: head.status,
    reason: head.reason,
    fields: new RelayedFields(head, own, { takesTrailers: framing.kind === 'chunked' && takesTrailers }),
    framing,
    closes: context.isStopping() || exchange.upgrade,
  };
}
