import { randomUUID } from 'node:crypto';
import { type ProblemKind, problem, problemBody, problemHeaders } from '../answers/problem.js';
import { reasonPhrase } from '../answers/reason-phrase.js';
import { fieldLines } from '../http1/field-text.js';
import type { RefusalStatus } from '../http1/refusal.js';

/** The answer to what was not a request, after which the connection closes. */
export function refusalText(status: RefusalStatus | 408, sentence: string, date: string): string {
  const { headers, body } = refusalAnswer(status, sentence, date);
  const fields = fieldLines([...headers, 'Connection', 'close']);
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${fields}\r\n${body.toString('latin1')}`;
}

/** The same without the words of a protocol. */
export function refusalAnswer(status: RefusalStatus | 408, sentence: string, date: string) {
  const requestId = randomUUID();
  const refusal = problem(kinds[status], sentence);
  const body = Buffer.from(problemBody(refusal, requestId));
  return { headers: [...problemHeaders(refusal, requestId, body.length), 'Date', date], body };
}

const kinds: Record<RefusalStatus | 408, ProblemKind> = {
  400: 'bad-request',
  408: 'request-timeout',
  414: 'target-too-long',
  431: 'headers-too-large',
  501: 'not-implemented',
};
