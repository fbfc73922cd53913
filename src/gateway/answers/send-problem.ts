import type { ServerResponse } from 'node:http';
import { type Problem, problemBody, problemHeaders } from './problem.js';

/** Answers with a problem in the gateway's own name. Nothing may have been sent yet. */
export function sendProblem(
  outgoing: ServerResponse,
  problem: Problem,
  options: { requestId: string; closes: boolean },
): void {
  const body = problemBody(problem, options.requestId);
  const headers = problemHeaders(problem, options.requestId, body);
  if (problem.closes || options.closes) headers.push('Connection', 'close');
  outgoing.writeHead(problem.status, headers);
  outgoing.end(body);
}
