import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, problem, problemBody, problemHeaders } from '../answers/problem.js';

/** Answers what was not a request, where an answer can still be told from an earlier one, and closes the connection. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex, options: { mayAnswer: boolean }): void {
  if (!socket.writable || !options.mayAnswer || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = problemOf(error.code ?? '');
  const requestId = randomUUID();
  const body = problemBody(refusal, requestId);
  const fields = [...problemHeaders(refusal, requestId, body), 'Connection', 'close'];
  const lines = fields.flatMap((field, i) => (i % 2 === 0 ? [`${field}: ${fields[i + 1]}`] : []));
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`;
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function problemOf(code: string): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('headers-too-large', 'The head of the request is too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request-timeout', 'The head of the request took too long to arrive.');
    default:
      return problem('bad-request', 'What arrived is not a valid HTTP/1.1 request.');
  }
}
