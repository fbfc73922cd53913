import { STATUS_CODES } from 'node:http';
import { type Problem, problemBody, problemHeaders } from '../answers/problem.js';
import type { Client } from './client.js';

/** Answers with a problem in the gateway's own name. Nothing of another answer may have been sent. */
export function sendProblem(
  client: Client,
  problem: Problem,
  options: { requestId: string; date: string; closes: boolean },
): void {
  const body = Buffer.from(problemBody(problem, options.requestId));
  const headers = problemHeaders(problem, options.requestId, body.length);
  client.answer({
    status: problem.status,
    reason: STATUS_CODES[problem.status] ?? '',
    headers: [...headers, 'Date', options.date],
    framing: { kind: 'length', length: body.length },
    closes: problem.closes === true || options.closes,
  });
  client.part(body);
  client.end([]);
}
