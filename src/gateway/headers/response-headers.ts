import type { AnswerHead } from '../http1/answer-reader.js';
import type { FieldEdits } from './field-edits.js';
import { alwaysHopByHop, hopByHopNames } from './hop-by-hop.js';
import { ordinaryNames } from './ordinary-names.js';
import { keepFields } from './raw-headers.js';
import { PSEUDONYM } from './request-lines.js';

/** The header fields of an answer that go to the client. Those of its connection are not among them. */
export function responseHeaders(
  answer: AnswerHead,
  options: { requestId: string; date: string; takesTrailers: boolean; edits: FieldEdits | undefined },
): string[] {
  const { headers, status } = answer;
  const { edits } = options;
  const hopByHop = hopByHopNames(headers);
  const isUsual = hopByHop === alwaysHopByHop && edits === undefined;
  const kept: string[] = [];
  let hasDate = false;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    if (isUsual && ordinaryNames.has(name)) {
      kept.push(name, headers[i + 1] as string);
      continue;
    }
    const lower = name.toLowerCase();
    if (lower === 'date') hasDate = true;
    if (edits?.drop.has(lower) === true) continue;
    if (isKept(lower, status, options.takesTrailers, hopByHop)) kept.push(name, headers[i + 1] as string);
  }
  kept.push('Via', `${answer.httpVersion} ${PSEUDONYM}`, 'X-Request-Id', options.requestId);
  if (edits !== undefined) kept.push(...edits.add);
  // RFC 9110 §6.6.1: who forwards an answer without a date adds it.
  if (!hasDate) kept.push('Date', options.date);
  return kept;
}

function isKept(name: string, status: number, takesTrailers: boolean, hopByHop: ReadonlySet<string>): boolean {
  switch (name) {
    case 'x-request-id':
      return false;
    case 'content-length':
      // RFC 9110 §8.6: a 204 has none.
      return status !== 204;
    case 'trailer':
      return takesTrailers;
    default:
      return !hopByHop.has(name);
  }
}

/** The header fields of an interim answer that go to the client: a 103's links, for instance. */
export function interimHeaders({ headers }: AnswerHead): string[] {
  const hopByHop = hopByHopNames(headers);
  return keepFields(headers, (name) => name !== 'content-length' && name !== 'x-request-id' && !hopByHop.has(name));
}
