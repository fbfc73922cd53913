import type { AnswerHead } from '../../../../src/gateway/http1/answer-reader.js';
import type { Read, ReadMessage } from '../../setup/read-messages.js';
import type { NodeMessage, NodeRead } from '../node-oracle.js';
import type { Compared } from './compare-requests.js';
import { interimAnswer, whyAnotherEnd } from './listed-differences.js';

/** Whether an answer that was understood here is the same behind nginx, whose own answer Node reads. */
export function compareAnswerWithNginx(ours: Read<AnswerHead>, bytes: Buffer, behindNginx: NodeRead): Compared {
  const mine = ours.messages.find(({ head }) => head.status >= 200);
  // Of what is refused here nothing is passed on as a whole answer.
  if (mine === undefined || ours.refused !== undefined) return { agreed: 0 };
  if (mine !== ours.messages[0]) return { agreed: 0, reason: interimAnswer };
  const theirs = behindNginx.messages.at(-1);
  if (theirs === undefined) return { agreed: 0, difference: { kind: 'no answer', ours: mine, nodes: behindNginx } };
  const kind = faultOf(mine, theirs);
  if (kind === undefined) return { agreed: 1 };
  const reason = whyAnotherEnd(mine.head.headers, bytes);
  return reason === undefined ? { agreed: 0, difference: { kind, ours: mine, nodes: theirs } } : { agreed: 0, reason };
}

function faultOf(mine: ReadMessage<AnswerHead>, theirs: NodeMessage): string | undefined {
  if (!theirs.line.startsWith(`1.1 ${mine.head.status} `)) return `another status: ${theirs.line}`;
  if (mine.isComplete !== theirs.isComplete) return 'another end';
  return mine.isComplete && mine.body !== theirs.body ? 'another body' : undefined;
}
