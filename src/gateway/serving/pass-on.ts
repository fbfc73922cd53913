import type { IncomingMessage } from 'node:http';
import type { Ending } from '../access-log.js';
import type { AdmittedExchange } from '../exchange.js';
import { type Relayed, relayAnswer } from '../forwarding/relay-answer.js';
import type { Reply } from '../forwarding/reply.js';
import { listMembers, valuesOf } from '../headers/raw-headers.js';
import { type AnswerHead, faultOfAnswer, responseHeaders } from '../headers/response-headers.js';
import type { ServingContext } from './context.js';
import type { Client } from './serve.js';

/** Passes an upstream's answer on to the client and settles the permit; a fault means that nothing was sent. */
export async function passOn(
  exchange: AdmittedExchange,
  client: Client,
  context: ServingContext,
  { answer, release }: Extract<Reply, { kind: 'answer' }>,
  markEndless: () => void,
): Promise<Ending | { fault: Error }> {
  const fault = writeHead(exchange, client, context, answer);
  if (fault !== undefined) {
    exchange.permit.settle('failure');
    answer.destroy();
    release();
    return { fault };
  }
  const status = answer.statusCode ?? 0;
  if (status >= 500) exchange.permit.settle('failure');
  if (isEventStream(answer)) markEndless();
  // An upstream that has given its whole answer already has nothing left to fail at.
  if (answer.complete) exchange.permit.settle('success');
  const probation = answer.complete
    ? undefined
    : setTimeout(() => exchange.permit.settle('success'), context.limits.probationMs);
  const relayed = await relayAnswer(answer, client.outgoing, {
    idleMs: context.limits.idleMs,
    departure: client.departure,
  });
  clearTimeout(probation);
  release();
  exchange.permit.settle(outcomeOf(relayed));
  return relayed === 'complete' ? { status } : { status, reason: relayed };
}

/** Only a whole answer and an upstream's own failure say something about the upstream. */
function outcomeOf(relayed: Relayed): 'success' | 'failure' | 'ignored' {
  switch (relayed) {
    case 'complete':
      return 'success';
    case 'upstream-died':
    case 'upstream-stalled':
      return 'failure';
    case 'client-stalled':
    case 'client-gone':
      return 'ignored';
    default:
      return relayed satisfies never;
  }
}

function writeHead(
  { id, method, httpVersion }: AdmittedExchange,
  { outgoing, incoming, expects }: Client,
  context: ServingContext,
  answer: IncomingMessage,
): Error | undefined {
  const head = headOf(answer);
  const fault = faultOfAnswer(head);
  if (fault !== undefined) return new Error(fault);
  const isChunked = listMembers(head.headers, 'transfer-encoding').length > 0;
  const bodiless = method === 'HEAD' || head.status === 204 || head.status === 304;
  const headers = responseHeaders(head, {
    requestId: id,
    trailers: isChunked && !bodiless && httpVersion === '1.1',
    // A client that was never told to continue may send its body or not: nobody can tell what comes next.
    closes: context.isStopping() || outgoing.shouldKeepAlive === false || (expects && !incoming.complete),
  });
  try {
    outgoing.writeHead(head.status, head.reason, headers);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

export function headOf(answer: IncomingMessage): AnswerHead {
  return {
    status: answer.statusCode ?? 0,
    reason: answer.statusMessage ?? '',
    headers: answer.rawHeaders,
    httpVersion: answer.httpVersion,
  };
}

function isEventStream(answer: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(valuesOf(answer.rawHeaders, 'content-type')[0] ?? '');
}
