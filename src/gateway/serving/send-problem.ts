import { type OwnAnswer, problemBody, problemHeaders } from '../answers/problem.js';
import { reasonPhrase } from '../answers/reason-phrase.js';
import type { FieldEdits } from '../headers/field-edits.js';
import { fromPairs } from '../headers/fields.js';
import { noBody } from '../http1/framing.js';
import type { Client } from './client.js';

/** Answers in the gateway's own name. Nothing of another answer may have been sent. */
export function sendProblem(
  client: Client,
  answer: OwnAnswer,
  options: { requestId: string; date: string; closes: boolean; edits: FieldEdits | undefined },
): void {
  const body = Buffer.from(problemBody(answer, options.requestId));
  const headers = problemHeaders(answer, options.requestId, body.length, options.edits);
  client.answer({
    status: answer.status,
    reason: reasonPhrase(answer.status),
    fields: fromPairs([...headers, 'Date', options.date]),
    framing: body.length === 0 ? noBody : { kind: 'length', length: body.length },
    closes: options.closes || (answer.kind !== 'preflight' && answer.closes === true),
  });
  if (body.length > 0) client.part(body);
  client.end([]);
}
