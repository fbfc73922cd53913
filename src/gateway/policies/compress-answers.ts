import { atTheEnd } from '../exchange.js';
import { fromPairs } from '../headers/fields.js';
import { valuesOf } from '../headers/raw-headers.js';
import { chunked } from '../http1/framing.js';
import type { AnswerPass, PassedAnswer } from '../serving/answer-sink.js';
import type { AnswerToClient } from '../serving/client.js';
import { chooseCoding } from './compression/accept-encoding.js';
import type { Coders } from './compression/coders.js';
import { codingChooser } from './compression/coding-chooser.js';
import { CompressedBody } from './compression/compressed-body.js';
import { compressedFields, variedFields, withWeakTag } from './compression/compressed-fields.js';
import type { RoutePolicies } from './settings/route-policies.js';

/** Compresses the answers that are worth it, for clients that take it. */
export function compressAnswers(settings: NonNullable<RoutePolicies['compression']>, coders: Coders): AnswerPass {
  const choose = codingChooser(settings);
  return (answer, exchange) => {
    if (answer.status === 304) {
      const coding = chooseCoding(valuesOf(exchange.headers, 'accept-encoding'), settings.encodings);
      return coding === undefined ? { answer } : notModified(answer);
    }
    const { status, framing } = answer;
    const { pairs } = answer.fields;
    const coding = choose(exchange, { status, framing, headers: pairs });
    if (coding === undefined) return { answer };
    if (coding === 'identity') return uncompressed(answer);
    const compressed = { ...answer, fields: fromPairs(compressedFields(pairs, coding)), framing: chunked };
    if (exchange.method === 'HEAD') return { answer: { ...compressed, framing } };
    const coder = coders.take(coding, framing.kind === 'length' ? framing.length : undefined);
    if (coder === undefined) return uncompressed(answer);
    atTheEnd(exchange, () => coders.close(coder));
    return { answer: compressed, through: (next, events) => new CompressedBody(coder, next, events) };
  };
}

function uncompressed(answer: AnswerToClient): PassedAnswer {
  return { answer: { ...answer, fields: fromPairs(variedFields(answer.fields.pairs)) } };
}

/** Says the same of the body as the answer that the client has (RFC 9111 §4.3.4). */
function notModified(answer: AnswerToClient): PassedAnswer {
  return { answer: { ...answer, fields: fromPairs(variedFields(withWeakTag(answer.fields.pairs))) } };
}
