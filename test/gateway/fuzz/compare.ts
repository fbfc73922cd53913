import { isDeepStrictEqual } from 'node:util';
import type { AnswerHead } from '../../../src/gateway/http1/answer-reader.js';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import type { Read, ReadMessage } from '../setup/read-messages.js';
import { asConnect, endsConnection } from './allowed-differences.js';
import type { NodeMessage, NodeRead } from './node-oracle.js';

/** What was understood in two ways. */
export interface Difference {
  kind: string;
  ours: unknown;
  nodes: unknown;
}

/**
 * Whether requests mean the same to Node: each that was understood here Node understood to the same bytes, one that has only begun has
 * the same head, and where Node refuses something, not everything was understood here.
 */
export function compareRequests(ours: Read<RequestHead>, nodes: NodeRead): Difference | undefined {
  const last = ours.messages.findIndex(({ head }) => endsConnection(head));
  const served = last === -1 ? ours.messages : ours.messages.slice(0, last + 1);
  const mine = served.map((message) => {
    const { method, target, httpVersion, headers } = message.head;
    const line = `${method} ${target} ${httpVersion}`;
    const read = { ...message, line, headers };
    return method === 'CONNECT' ? asConnect(read) : read;
  });
  const difference = compareMessages(mine, nodes, ours.refused !== undefined);
  const isAll = ours.refused === undefined && last === -1 && !ours.isWaiting;
  if (difference === undefined && isAll && nodes.refused !== undefined) {
    return { kind: `Node refuses: ${nodes.refused}`, ours, nodes };
  }
  return difference;
}

/** The same for an answer; what Node thinks of that which comes behind a complete one is of no interest. */
export function compareAnswers(ours: Read<AnswerHead>, nodes: NodeRead): Difference | undefined {
  const mine = ours.messages.map((message: ReadMessage<AnswerHead>) => {
    const { httpVersion, status, reason, headers } = message.head;
    return { ...message, headers, line: `${httpVersion} ${status} ${reason}` };
  });
  return compareMessages(mine, nodes, ours.refused !== undefined);
}

function compareMessages(ours: readonly NodeMessage[], nodes: NodeRead, isRefused: boolean): Difference | undefined {
  for (const [i, mine] of ours.entries()) {
    const theirs = nodes.messages[i];
    const kind = theirs === undefined ? 'no message' : faultOf(mine, theirs, isRefused || nodes.refused !== undefined);
    if (kind !== undefined) return { kind: `${kind} (Node: ${nodes.refused ?? 'content'})`, ours: mine, nodes };
  }
  return undefined;
}

function faultOf(mine: NodeMessage, theirs: NodeMessage, isRefused: boolean): string | undefined {
  if (mine.line !== theirs.line) return 'another first line';
  if (!isDeepStrictEqual(mine.headers, theirs.headers)) return 'other headers';
  // Of a body that somebody refuses in its middle, both have seen some part.
  if (!mine.isComplete && isRefused) return undefined;
  if (mine.isComplete !== theirs.isComplete) return 'another end';
  if (mine.body !== theirs.body) return 'another body';
  return isDeepStrictEqual(mine.trailers, theirs.trailers) ? undefined : 'other trailers';
}
