import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import { valuesOf } from '../headers/raw-headers.js';

/** Refuses a body that says how long it is and is too long; the forwarding counts those that don't say. */
export function limitBody(maxBytes: number): RoutePass {
  return ({ headers }) => {
    const [length] = valuesOf(headers, 'content-length');
    return length !== undefined && Number(length) > maxBytes ? bodyTooLarge(maxBytes) : undefined;
  };
}

/** The connection is closed, since the rest of the body is not read. */
export function bodyTooLarge(maxBytes: number): Problem {
  return problem('body-too-large', `The body of a request must not be longer than ${maxBytes} bytes here.`, {
    closes: true,
  });
}
